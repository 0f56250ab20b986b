import { answer } from '../../../core/processes/call.ts'
import { visibleNameSchema } from '../../../core/values/visible-name.ts'
import { type AccessToken, scopesSchema } from './access.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** Tokens of programs. */
export const accessMethods = {
  /** Tokens of programs, without what opens the endpoint. */
  'access.list': method(answer<readonly AccessToken[]>, {}, { scope: null, changesNothing: true }),
  /** `secret` is shown once, and kept nowhere. */
  'access.create': method(
    answer<{ readonly token: AccessToken; readonly secret: string }>,
    {
      name: visibleNameSchema,
      scopes: scopesSchema,
    },
    { scope: null },
  ),
  'access.revoke': method(answer<null>, { id: z.string().min(1).max(60) }, { scope: null }),
} as const
