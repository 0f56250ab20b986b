import type { CFunctions, Pointer } from './c-functions.ts'

/** Codes of `TSL_Code` that we tell apart. */
export const statusCodes = { invalidArgument: 3, notFound: 5, resourceExhausted: 8 } as const

/** A call into TensorFlow failed. */
export class TensorflowError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'TensorflowError'
    this.status = status
  }
}

/**
 * Runs one call with a status of its own.
 * @throws TensorflowError if the status is not OK afterwards
 */
export function withStatus<Result>(
  functions: CFunctions,
  call: (status: Pointer) => Result,
): Result {
  const status = functions.TF_NewStatus()
  try {
    const result = call(status)
    requireOk(functions, status)
    return result
  } finally {
    functions.TF_DeleteStatus(status)
  }
}

/** @throws TensorflowError */
export function requireOk(functions: CFunctions, status: Pointer): void {
  const code = functions.TF_GetCode(status)
  if (code !== 0) throw new TensorflowError(code, functions.TF_Message(status))
}
