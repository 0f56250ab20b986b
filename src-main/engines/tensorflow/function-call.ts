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
  { functions, context, zero }: Session,
  { name, kind, inputTypes, resultTypes }: CapturedFunction,
  status: Pointer,
): Pointer {
  if (kind === 'optimized') {
    const operation = functions.TFE_NewOp(context, name, status)
    requireOk(functions, status)
    return operation
  }
  const branch = functions.TFE_NewOp(context, name, status)
  requireOk(functions, status)
  const operation = functions.TFE_NewOp(context, 'StatelessCase', status)
  functions.TFE_OpSetAttrString(branch, '_executor', singleThreaded, singleThreaded.length)
  functions.TFE_OpSetAttrFunctionList(operation, 'branches', BigUint64Array.of(branch), 1)
  functions.TFE_DeleteOp(branch)
  functions.TFE_OpSetAttrTypeList(operation, 'Tin', inputTypes, inputTypes.length)
  functions.TFE_OpSetAttrTypeList(operation, 'Tout', resultTypes, resultTypes.length)
  functions.TFE_OpAddInput(operation, zero, status)
  return operation
}
