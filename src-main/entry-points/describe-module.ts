import type { JsonValue } from '../core/values/json.ts'
import { serve } from '../platform/processes/serve.ts'
import { loadUserModule } from '../platform/user-code/user-module.ts'

/** Entry of the process that asks a module of the user, which is trusted, for its search space. */
serve('describe-module', {
  space: async file => {
    const { space } = await loadUserModule(file)
    // Only what JSON can say is a space.
    return space === undefined ? null : (JSON.parse(JSON.stringify(space)) as JsonValue)
  },
})
