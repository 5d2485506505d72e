import { ForecastError } from '../../errors.js';
import type { PanelState } from '../../models/seasonal-trend/index.js';
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
  const { startDay, days, seriesCount, categories } = piece.about as Partial<Panel>;
  if (
    !Number.isInteger(startDay) ||
    !Number.isInteger(days) ||
    !Number.isInteger(seriesCount) ||
    !Array.isArray(categories)
  ) {
    throw new ForecastError('invalid-data', 'The data is not a panel');
  }
  const series = seriesCount as number;
  return {
    startDay: startDay as number,
    days: days as number,
    seriesCount: series,
    ids: Array.from({ length: series }, (_, s) => `${s}`),
    categories,
    categoryOf: pieceArray(piece, 'categoryOf', 'int32', series),
    units: pieceArray(piece, 'units', 'float64', series * (days as number)),
    firstDay: pieceArray(piece, 'firstDay', 'int32', series),
  };
}

/** A fitted part of the seasonal-trend model. */
export function stateToPiece(state: PanelState): PieceContent {
  const { cutoffDay, seriesCount, features, changepointCount, residualDays, ...arrays } = state;
  return { about: { cutoffDay, seriesCount, features, changepointCount, residualDays }, arrays };
}

/** The inverse of {@link stateToPiece}; the checksum of the artifact vouches for what is in it. */
export function stateFromPiece({ about, arrays }: PieceContent): PanelState {
  return { ...about, ...arrays } as unknown as PanelState;
}
