import type { Api } from '../../api/common/methods.ts'
import { HookFile } from './hook-file.ts'
import { testHook } from './send-news.ts'
import { type ApiOptions, nothing } from '../../api/node/api-options.ts'

/** Where news of studies go: set, tried and taken away by people. */
export function hookMethods({ workspace, now }: Pick<ApiOptions, 'workspace' | 'now'>) {
  const hooks = new HookFile(workspace.hookFile)
  return {
    'hook.list': async () => hooks.list(),
    'hook.add': async hook => nothing(hooks.add(hook)),
    'hook.remove': async ({ name }) => nothing(hooks.remove(name)),
    'hook.test': async ({ name }) => ({ failure: await testHook(hooks.find(name), now) }),
  } satisfies Partial<Api>
}
