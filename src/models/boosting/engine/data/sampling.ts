import { createRandom, mix, type Random } from '../../../../random.js';
import type { BoosterParams } from '../params.js';

/** Draws the rows and features that a tree may use; the same seed gives the same draws. */
export class Sampler {
  private readonly params: BoosterParams;
  private readonly all: Int32Array;
  private random: Random;
  /** Features that the tree may use. */
  treeFeatures: Int32Array;
  private levels: Int32Array[] = [];

  /** @param rowIds numbers by which rows are drawn, whatever the other rows are; by default the place decides */
  constructor(
    params: BoosterParams,
    featureCount: number,
    private readonly rowIds?: Uint32Array,
  ) {
    this.params = params;
    this.all = Int32Array.from({ length: featureCount }, (_, feature) => feature);
    this.random = createRandom(params.seed, 0);
    this.treeFeatures = this.all;
  }

  /** Begins tree number `tree`, whose draws do not depend on those before it. */
  startTree(tree: number): void {
    this.random = createRandom(this.params.seed, tree);
    this.treeFeatures = this.draw(this.all, this.params.colsampleBytree);
    this.levels = [];
  }

  /** Features that the node now being evaluated at this depth may split on. */
  featuresAt(depth: number): Int32Array {
    const level = (this.levels[depth] ??= this.draw(this.treeFeatures, this.params.colsampleBylevel));
    return this.draw(level, this.params.colsampleBynode);
  }

  /**
   * Writes the rows of the sample to the front of `order` and the others behind them; returns the size of the
   * sample.
   */
  drawRows(order: Uint32Array): number {
    const { subsample } = this.params;
    const rows = order.length;
    if (subsample >= 1) {
      for (let row = 0; row < rows; row++) order[row] = row;
      return rows;
    }
    const { rowIds } = this;
    const salt = rowIds ? this.random.uint32() : 0;
    const share = subsample * 2 ** 32;
    let front = 0;
    let back = rows;
    for (let row = 0; row < rows; row++) {
      const drawn = rowIds ? mix(rowIds[row] ^ salt) >>> 0 < share : this.random.uniform() < subsample;
      if (drawn) order[front++] = row;
      else order[--back] = row;
    }
    if (front === 0) {
      order.reverse();
      return 1;
    }
    return front;
  }

  private draw(from: Int32Array, share: number): Int32Array {
    if (share >= 1) return from;
    const count = Math.max(1, Math.floor(share * from.length));
    const pool = from.slice();
    for (let i = 0; i < count; i++) {
      const other = i + this.random.integer(pool.length - i);
      [pool[i], pool[other]] = [pool[other], pool[i]];
    }
    return pool.slice(0, count).sort();
  }
}
