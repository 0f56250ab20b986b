import { status } from '@grpc/grpc-js'
import { createTranslate } from '../../../core/i18n/translate.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'

/** Why a call of a program is not done; Optuna's client makes its own errors of the codes. */
export class Refusal extends Error {
  readonly code: status

  constructor(code: status, reason: MessageDescriptor) {
    // Programs read it, and write it into their logs.
    super(createTranslate('en').format(reason))
    this.code = code
  }
}
