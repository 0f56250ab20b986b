import type { Api } from '../../api/common/methods.ts'
import { AccessTokens } from './access-tokens.ts'
import { type ApiOptions, nothing } from '../../api/node/api-options.ts'

/** Tokens for programs: made, listed, taken back by people. */
export function accessMethods({ workspace, now }: Pick<ApiOptions, 'workspace' | 'now'>) {
  const tokens = new AccessTokens(workspace.tokenFile)
  return {
    'access.list': async () => tokens.list(),
    'access.create': async ({ name, scopes }) => tokens.create({ name, scopes, atMs: now() }),
    'access.revoke': async ({ id }) => nothing(tokens.revoke(id)),
  } satisfies Partial<Api>
}
