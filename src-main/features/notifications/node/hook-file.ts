import {
  type Hook,
  hookFileSchema,
  type HookTarget,
  hookTargetSchema,
  type ShownHook,
} from '../common/hook.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { fact } from '../../../core/errors/fact.ts'
import { PrivateJsonFile } from '../../../platform/files/private-json.ts'

const MAX_HOOKS = 100

/**
 * Hooks of one database: a file beside it, readable by its owner alone. No study names an address or a command, so none comes with a study of
 * somebody else, and none leaves with an export.
 */
export class HookFile {
  readonly #file: PrivateJsonFile<typeof hookFileSchema>

  constructor(file: string) {
    this.#file = new PrivateJsonFile(file, hookFileSchema)
  }

  /** With their secrets. @throws AppError `file.unreadable` for a file that is damaged */
  read(): readonly Hook[] {
    return this.#file.read()?.hooks ?? []
  }

  list(): ShownHook[] {
    return this.read().map(({ name, occasions, study, target }) => {
      return { name, kind: target.kind, place: placeOf(target), occasions, study: study ?? null }
    })
  }

  /** @throws AppError `usage.invalid` for a name that is taken, and for too many */
  add(hook: Hook): void {
    const hooks = this.read()
    if (hooks.some(({ name }) => name === hook.name)) {
      throw new AppError('usage.invalid', { reason: fact('rule.hook.taken', { name: hook.name }) })
    }
    if (hooks.length >= MAX_HOOKS) {
      throw new AppError('usage.invalid', {
        reason: fact('rule.hook.tooMany', { limit: MAX_HOOKS }),
      })
    }
    this.#file.write({
      version: 1,
      hooks: [...hooks, { ...hook, target: hookTargetSchema.parse(hook.target) }],
    })
  }

  /** @throws AppError `usage.invalid` if there is none */
  remove(name: string): void {
    const gone = this.find(name)
    this.#file.write({ version: 1, hooks: this.read().filter(hook => hook.name !== gone.name) })
  }

  /** @throws AppError `usage.invalid` if there is none */
  find(name: string): Hook {
    const namedHook = this.read().find(hook => hook.name === name)
    if (namedHook !== undefined) return namedHook
    throw new AppError('usage.invalid', { reason: fact('rule.hook.unknown', { name }) })
  }
}

function placeOf(target: HookTarget): string {
  if (target.kind === 'mail') return target.address
  if (target.kind === 'command') return target.command[0] ?? ''
  return new URL(target.url).host
}
