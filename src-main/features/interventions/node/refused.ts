import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { AppError } from '../../../core/errors/errors.ts'

/** Why a change of a person cannot be made or taken back. */
export function refused({ name }: { readonly name: string }, rule: MessageDescriptor): AppError {
  return new AppError('intervention.refused', { study: name, rule })
}
