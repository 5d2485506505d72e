/**
 * The inner loops of training: adding the gradients of rows to bins. A kernel takes 16 features, or 4, and adds
 * to scratch histograms of 256 bins a feature. The loops are unrolled by hand, because the compiler neither
 * unrolls nor inlines as much.
 *
 * The compiler drops the bounds checks of arrays that it knows to be constant. That holds for variables of a
 * function that is called once, but not for those of a module after a bundler has turned them into `var`: hence
 * the enclosing function.
 */
function createKernels() {
  const PACKED = new Float64Array(16 * 256);
  const GRADIENTS = new Float64Array(16 * 256);
  const HESSIANS = new Float64Array(16 * 256);

  /** The scratch histograms: sums of packed gradients, or of gradients and hessians at the same places. */
  const scratch = { packed: PACKED, gradients: GRADIENTS, hessians: HESSIANS };

  function addPacked16(
    words: Uint32Array,
    wordsPerRow: number,
    word: number,
    order: Uint32Array,
    start: number,
    end: number,
    packed: Float64Array,
  ): void {
    for (let i = start; i < end; i++) {
      const row = order[i];
      const at = row * wordsPerRow + word;
      const value = packed[row];
      let bins = words[at];
      PACKED[bins & 255] += value;
      PACKED[256 + ((bins >>> 8) & 255)] += value;
      PACKED[512 + ((bins >>> 16) & 255)] += value;
      PACKED[768 + (bins >>> 24)] += value;
      bins = words[at + 1];
      PACKED[1024 + (bins & 255)] += value;
      PACKED[1280 + ((bins >>> 8) & 255)] += value;
      PACKED[1536 + ((bins >>> 16) & 255)] += value;
      PACKED[1792 + (bins >>> 24)] += value;
      bins = words[at + 2];
      PACKED[2048 + (bins & 255)] += value;
      PACKED[2304 + ((bins >>> 8) & 255)] += value;
      PACKED[2560 + ((bins >>> 16) & 255)] += value;
      PACKED[2816 + (bins >>> 24)] += value;
      bins = words[at + 3];
      PACKED[3072 + (bins & 255)] += value;
      PACKED[3328 + ((bins >>> 8) & 255)] += value;
      PACKED[3584 + ((bins >>> 16) & 255)] += value;
      PACKED[3840 + (bins >>> 24)] += value;
    }
  }

  function addPacked4(
    words: Uint32Array,
    wordsPerRow: number,
    word: number,
    order: Uint32Array,
    start: number,
    end: number,
    packed: Float64Array,
  ): void {
    for (let i = start; i < end; i++) {
      const row = order[i];
      const value = packed[row];
      const bins = words[row * wordsPerRow + word];
      PACKED[bins & 255] += value;
      PACKED[256 + ((bins >>> 8) & 255)] += value;
      PACKED[512 + ((bins >>> 16) & 255)] += value;
      PACKED[768 + (bins >>> 24)] += value;
    }
  }

  function addPairs16(
    words: Uint32Array,
    wordsPerRow: number,
    word: number,
    order: Uint32Array,
    start: number,
    end: number,
    pairs: Float32Array,
  ): void {
    for (let i = start; i < end; i++) {
      const row = order[i];
      const first = row * wordsPerRow + word;
      const gradient = pairs[2 * row];
      const hessian = pairs[2 * row + 1];
      let bins = words[first];
      let at = bins & 255;
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 256 + ((bins >>> 8) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 512 + ((bins >>> 16) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 768 + (bins >>> 24);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      bins = words[first + 1];
      at = 1024 + (bins & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 1280 + ((bins >>> 8) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 1536 + ((bins >>> 16) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 1792 + (bins >>> 24);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      bins = words[first + 2];
      at = 2048 + (bins & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 2304 + ((bins >>> 8) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 2560 + ((bins >>> 16) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 2816 + (bins >>> 24);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      bins = words[first + 3];
      at = 3072 + (bins & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 3328 + ((bins >>> 8) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 3584 + ((bins >>> 16) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 3840 + (bins >>> 24);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
    }
  }

  function addPairs4(
    words: Uint32Array,
    wordsPerRow: number,
    word: number,
    order: Uint32Array,
    start: number,
    end: number,
    pairs: Float32Array,
  ): void {
    for (let i = start; i < end; i++) {
      const row = order[i];
      const gradient = pairs[2 * row];
      const hessian = pairs[2 * row + 1];
      const bins = words[row * wordsPerRow + word];
      let at = bins & 255;
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 256 + ((bins >>> 8) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 512 + ((bins >>> 16) & 255);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
      at = 768 + (bins >>> 24);
      GRADIENTS[at] += gradient;
      HESSIANS[at] += hessian;
    }
  }

  return { scratch, addPacked16, addPacked4, addPairs16, addPairs4 };
}

export const { scratch, addPacked16, addPacked4, addPairs16, addPairs4 } = createKernels();
