import process from 'node:process'
import { serializeError } from '../contract/errors.ts'
import type { ModuleDescription } from '../user-code/module-space.ts'
import { loadUserModule } from '../user-code/user-module.ts'

/** Entry of the process that asks a module of the user, which is trusted, for its search space. */
process.on('message', ({ file }: { readonly file: string }) => {
  void loadUserModule(file)
    .then(({ space, train }): ModuleDescription => ({
      ok: true,
      // Only what JSON can say is a space.
      space: space === undefined ? null : (JSON.parse(JSON.stringify(space)) as never),
      trains: train !== null,
    }))
    .catch((error: unknown): ModuleDescription => ({ ok: false, error: serializeError(error) }))
    .then(description => {
      process.send?.(description, () => process.exit(0))
    })
})
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
