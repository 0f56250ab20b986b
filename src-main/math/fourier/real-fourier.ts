/**
 * Discrete Fourier transform of real numbers whose count is a power of two, as a complex transform of half
 * that count. Cooley, Tukey: An algorithm for the machine calculation of complex Fourier series. Mathematics of
 * Computation 19(90), 1965, doi:10.2307/2003354; the real form: Press et al.: Numerical Recipes, 3rd edition,
 * 2007, section 12.3.2.
 */
export interface RealFourier {
  readonly size: number
  /**
   * Squared magnitudes |X_k|², k = 0 … size / 2.
   * @param input `size` numbers; not changed
   * @param output size / 2 + 1 numbers
   */
  powers(input: Float64Array, output: Float64Array): void
}

/** @param size a power of two, at least 2 */
export function createRealFourier(size: number): RealFourier {
  const half = size / 2
  const reversed = bitReversal(half)
  const cosines = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size))
  const sines = Float64Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / size))
  const real = new Float64Array(half)
  const imaginary = new Float64Array(half)

  function transformHalf(): void {
    for (let length = 2; length <= half; length *= 2) {
      const reach = length / 2
      // exp(−2πi j / length) is entry j · size / length of the table.
      const stride = size / length
      for (let start = 0; start < half; start += length) {
        for (let j = 0; j < reach; j++) {
          const c = cosines[j * stride] as number
          const s = sines[j * stride] as number
          const low = start + j
          const high = low + reach
          const re = (real[high] as number) * c - (imaginary[high] as number) * s
          const im = (real[high] as number) * s + (imaginary[high] as number) * c
          real[high] = (real[low] as number) - re
          imaginary[high] = (imaginary[low] as number) - im
          real[low] = (real[low] as number) + re
          imaginary[low] = (imaginary[low] as number) + im
        }
      }
    }
  }

  return {
    size,
    powers(input, output) {
      // Even inputs are real parts, odd ones imaginary parts.
      for (let k = 0; k < half; k++) {
        const at = 2 * (reversed[k] as number)
        real[k] = input[at] as number
        imaginary[k] = input[at + 1] as number
      }
      transformHalf()
      const first = real[0] as number
      const second = imaginary[0] as number
      output[0] = (first + second) ** 2
      output[half] = (first - second) ** 2
      for (let k = 1; k < half; k++) {
        const a = real[k] as number
        const b = imaginary[k] as number
        const mirroredA = real[half - k] as number
        const mirroredB = imaginary[half - k] as number
        // Transforms of the even and of the odd inputs; X_k = E_k + exp(−2πi k / size) O_k.
        const evenRe = (a + mirroredA) / 2
        const evenIm = (b - mirroredB) / 2
        const oddRe = (b + mirroredB) / 2
        const oddIm = (mirroredA - a) / 2
        const c = cosines[k] as number
        const s = sines[k] as number
        const re = evenRe + c * oddRe - s * oddIm
        const im = evenIm + c * oddIm + s * oddRe
        output[k] = re * re + im * im
      }
    },
  }
}

function bitReversal(count: number): Uint32Array {
  const order = new Uint32Array(count)
  for (let index = 1; index < count; index++) {
    order[index] = ((order[index >> 1] as number) >> 1) | (index & 1 ? count >> 1 : 0)
  }
  return order
}
