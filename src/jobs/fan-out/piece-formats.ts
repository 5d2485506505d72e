import { CheckedJson } from '../../checked-json.js';
import { readCount, readDay } from '../../models/model-json.js';
import type { PanelState } from '../../models/seasonal-trend/index.js';
import { featureCount } from '../../models/seasonal-trend/panel/panel-features.js';
import { readFeatures } from '../../models/seasonal-trend/panel/panel-json.js';
import type { Panel } from '../../panel/panel.js';
import { type PieceContent, pieceArray } from './piece-bytes.js';

/**
 * The series `from` to `to` (excluded) of a panel as models learn from them: without ids and without the columns of money,
 * which no fit reads.
 */
export function panelToPiece(panel: Panel, from: number, to: number): PieceContent {
  const { startDay, days, categories } = panel;
  return {
    about: { startDay, days, seriesCount: to - from, categories },
    arrays: {
      categoryOf: panel.categoryOf.subarray(from, to),
      units: panel.units.subarray(from * days, to * days),
      firstDay: panel.firstDay.subarray(from, to),
    },
  };
}

/** @throws ForecastError `invalid-data` if the piece is not what {@link panelToPiece} made. */
export function panelFromPiece(piece: PieceContent): Panel {
  const about = aboutOf(piece, 'panel');
  const days = readCount(about, 'days', 1);
  const seriesCount = readCount(about, 'seriesCount');
  const categories = about.texts('categories');
  const categoryOf = pieceArray(piece, 'categoryOf', 'int32', seriesCount);
  if (categoryOf.some((category) => !(category >= 0 && category < categories.length)))
    about.fail('categoryOf');
  return {
    startDay: readDay(about, 'startDay'),
    days,
    seriesCount,
    ids: Array.from({ length: seriesCount }, (_, s) => `${s}`),
    categories,
    categoryOf,
    units: pieceArray(piece, 'units', 'float64', seriesCount * days),
    firstDay: pieceArray(piece, 'firstDay', 'int32', seriesCount),
  };
}

/** What a piece says of itself. */
export function aboutOf({ about }: PieceContent, what: string): CheckedJson {
  return new CheckedJson(about, { what, code: 'invalid-data' });
}

/** A fitted part of the seasonal-trend model. */
export function stateToPiece(state: PanelState): PieceContent {
  const { cutoffDay, seriesCount, features, changepointCount, residualDays, ...arrays } = state;
  return { about: { cutoffDay, seriesCount, features, changepointCount, residualDays }, arrays };
}

/**
 * The inverse of {@link stateToPiece}; the checksum of the artifact vouches for the values.
 *
 * @throws ForecastError `invalid-data` if the piece is of another form.
 */
export function stateFromPiece(piece: PieceContent): PanelState {
  const about = aboutOf(piece, 'part of a seasonal-trend model');
  const seriesCount = readCount(about, 'seriesCount');
  const changepointCount = readCount(about, 'changepointCount');
  const residualDays = readCount(about, 'residualDays');
  const features = readFeatures(about.object('features'));
  const perSeries = (name: string, width = 1) => pieceArray(piece, name, 'float64', seriesCount * width);
  return {
    cutoffDay: readDay(about, 'cutoffDay'),
    seriesCount,
    features,
    changepointCount,
    residualDays,
    level: perSeries('level'),
    slope: perSeries('slope'),
    noise: perSeries('noise'),
    multiplicative: pieceArray(piece, 'multiplicative', 'uint8', seriesCount),
    effects: perSeries('effects', featureCount(features)),
    changes: perSeries('changes', changepointCount),
    changeRate: perSeries('changeRate'),
    changeScale: perSeries('changeScale'),
    staleDays: pieceArray(piece, 'staleDays', 'int32', seriesCount),
    residuals: pieceArray(piece, 'residuals', 'float32', seriesCount * residualDays),
  };
}
