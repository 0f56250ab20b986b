import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { engineMethods } from '../common/methods.ts'

/** Tensor backends and tree libraries: checked, installed, removed. */
export function engineHandlers({
  engines,
}: Pick<MethodContext, 'engines'>): Handlers<typeof engineMethods> {
  return {
    'engine.list': async () => engines.rows(),
    'engine.check': async ({ engine }) => engines.check(engine),
    'engine.install': async request => nothing(engines.install(request)),
    'engine.installation': async () => engines.installation,
    'engine.remove': async ({ engine }) => ({ removed: await engines.remove(engine) }),
  }
}
