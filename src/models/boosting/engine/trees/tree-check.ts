import { MOST } from '../../../../checked-json.js';
import { ForecastError } from '../../../../errors.js';
import { log } from '../../../../math/index.js';
import type { Link } from '../objective.js';
import type { Tree } from './tree.js';

/**
 * Checks an untrusted tree and fills in its parents: after this, every walk from the root ends in a leaf, and
 * no value leads to NaN.
 *
 * @throws ForecastError `invalid-model` for children that are out of range, shared or cyclic, unreachable nodes,
 * children before their parents, unknown features, and numbers that are not finite or above `most` in a leaf.
 */
export function checkTree(
  tree: Tree,
  featureCount: number,
  most: number,
  path: readonly (string | number)[],
): void {
  const { nodeCount, left, right, parent, feature, condition } = tree;
  const fail = (node: number, message: string): never => {
    throw new ForecastError('invalid-model', message, { path: [...path, node] });
  };
  parent.fill(-1);
  const reached = new Uint8Array(nodeCount);
  const open = [0];
  reached[0] = 1;
  let seen = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    seen++;
    if (!Number.isFinite(condition[node]) && !tree.goesRight.has(node)) fail(node, 'A value is not finite');
    if (!(tree.cover[node] >= 0)) fail(node, 'A cover is not a number of at least 0');
    if (!Number.isFinite(tree.gain[node])) fail(node, 'A gain is not finite');
    if (left[node] === -1 && right[node] === -1) {
      if (tree.goesRight.has(node)) fail(node, 'A leaf has a categorical split');
      if (!(condition[node] >= -MOST && condition[node] <= most)) fail(node, 'A leaf is out of range');
      continue;
    }
    if (feature[node] < 0 || feature[node] >= featureCount)
      fail(node, `There is no feature ${feature[node]}`);
    for (const child of [left[node], right[node]]) {
      if (!(child > node && child < nodeCount)) fail(node, `Node ${child} cannot be a child`);
      if (reached[child]) fail(node, `Node ${child} is reached twice`);
      reached[child] = 1;
      parent[child] = node;
      open.push(child);
    }
  }
  if (seen !== nodeCount) fail(0, `${nodeCount - seen} nodes cannot be reached`);
}

/** Largest value of a leaf whose prediction does not overflow. */
export function mostLeaf(link: Link): number {
  return link === 'log' ? log(MOST) : MOST;
}
