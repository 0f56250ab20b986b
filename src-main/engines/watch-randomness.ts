/**
 * Runs `fn` and tells of every draw from JavaScript's own generator, which TensorFlow.js' random operations and
 * its dropout are seeded by: captured or recorded, such numbers would be the same at every run without a word.
 */
export function watchRandomness<Result>(onDraw: () => void, fn: () => Result): Result {
  const { random } = Math
  Math.random = () => {
    onDraw()
    return random()
  }
  try {
    return fn()
  } finally {
    Math.random = random
  }
}
