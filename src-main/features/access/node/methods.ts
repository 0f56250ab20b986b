import type { Handlers } from '../../api/common/method.ts'
import { AccessTokens } from './access-tokens.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { accessMethods } from '../common/methods.ts'

/** Tokens for programs: made, listed, taken back by people. */
export function accessHandlers({
  workspace,
  now,
}: Pick<MethodContext, 'workspace' | 'now'>): Handlers<typeof accessMethods> {
  const tokens = new AccessTokens(workspace.tokenFile)
  return {
    'access.list': async () => tokens.list(),
    'access.create': async ({ name, scopes }) => tokens.create({ name, scopes, atMs: now() }),
    'access.revoke': async ({ id }) => nothing(tokens.revoke(id)),
  }
}
