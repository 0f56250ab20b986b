/** Why a function cannot become a graph; its program then runs operation by operation. */
export class CaptureError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CaptureError'
  }

  static foreignTensor(): CaptureError {
    return new CaptureError('it uses a tensor that is neither state nor feed nor made inside it')
  }

  static ownRandomness(): CaptureError {
    return new CaptureError('it draws random numbers of its own')
  }

  static unknownShape(operation: string): CaptureError {
    return new CaptureError(`the shape of ${operation}'s result is only known when it has run`)
  }
}
