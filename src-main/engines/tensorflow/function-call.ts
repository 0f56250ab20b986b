import type { CapturedFunction } from './graph/captured-function.ts'
import type { Pointer } from './library/c-functions.ts'
import { requireOk } from './library/status.ts'
import type { Session } from './session.ts'

const singleThreaded = new TextEncoder().encode('SINGLE_THREADED_EXECUTOR')

/**
 * An operation that calls the function and takes its inputs next.
 * @throws TensorflowError
 */
export function newCall(
  session: Session,
  { name, loop }: CapturedFunction,
  status: Pointer,
): Pointer {
  const { functions, context } = session
  const operation = functions.TFE_NewOp(context, loop === null ? name : 'StatelessWhile', status)
  requireOk(functions, status)
  if (loop === null) return operation
  try {
    setFunction(session, operation, 'cond', loop.condition, status)
    setFunction(session, operation, 'body', name, status)
  } catch (error) {
    functions.TFE_DeleteOp(operation)
    throw error
  }
  functions.TFE_OpSetAttrTypeList(operation, 'T', loop.types, loop.types.length)
  return operation
}

/** The operation calls that function, whose kernels run one after the other where they are called. */
function setFunction(
  { functions, context }: Session,
  operation: Pointer,
  attribute: 'cond' | 'body',
  name: string,
  status: Pointer,
): void {
  const called = functions.TFE_NewOp(context, name, status)
  requireOk(functions, status)
  functions.TFE_OpSetAttrString(called, '_executor', singleThreaded, singleThreaded.length)
  functions.TFE_OpSetAttrFunction(operation, attribute, called)
  functions.TFE_DeleteOp(called)
}
