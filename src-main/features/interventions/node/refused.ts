import type { Fact } from '../../../core/errors/fact.ts'
import { AppError } from '../../../core/errors/errors.ts'

/** Why a change of a person cannot be made or taken back. */
export function refused({ name }: { readonly name: string }, rule: Fact): AppError {
  return new AppError('intervention.refused', { study: name, rule })
}
