import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { App, Dialog } from 'electron'
import { z } from 'zod'
import type { DesktopApi } from '../../features/desktop/common/desktop.ts'
import { AppError, plainError } from '../../core/errors/errors.ts'
import { msg, verbatim } from '../../core/errors/message.ts'
import {
  type UpdateOutcome,
  updateOutcomeSchema,
  type UpdateState,
} from '../../features/updates/common/update.ts'
import { removeEntrySync } from '../../platform/files/remove.ts'
import { replaceFileSync } from '../../platform/files/temporary.ts'
import { findUpdate, type FoundUpdate, refused } from '../../features/updates/node/find-update.ts'
import {
  nothingSeen,
  type SeenUpdates,
  seenUpdatesSchema,
} from '../../features/updates/node/seen-updates.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { Installation } from './installation.ts'
import type { ReplacePlan } from '../../features/updates/node/replace-plan.ts'
import {
  previousPath,
  stagedPath,
  stageUpdate,
  type UpdateTarget,
} from '../../features/updates/node/stage-update.ts'

export interface UpdaterOptions {
  /** Keeps the source, the plan and what became of it. */
  readonly folder: string
  readonly version: string
  /** Signs the keys that sign updates, as PEM; null: this build has none, and takes no updates. */
  readonly rootKey: string | null
  /** Null: an installation that is updated where it came from. */
  readonly target: UpdateTarget | null
  readonly platform: NodeJS.Platform
  readonly processor: string
  readonly nodeBinary: string
  /** `src-main/features/updates/node/replace-application.ts` of this installation. */
  readonly replacer: string
  /** Starts the application again. */
  readonly start: Pick<ReplacePlan, 'command' | 'parameters'>
  readonly quit: () => void
  readonly log: (text: string) => void
  /** Milliseconds since 1970; default: the clock of the system. */
  readonly now?: () => number
  /** Tests wait less. */
  readonly limitMs?: number
}

const DEFAULT_LIMIT_MS = 120_000

const memorySchema = z.strictObject({
  source: z.string().max(4_000),
  /** The version that waits beside this one. */
  staged: z.string().max(40).nullable(),
  seen: seenUpdatesSchema,
})

/** The application as a system may update it: an AppImage is one file, on Windows it is a folder. */
export function updateTarget(
  platform: NodeJS.Platform,
  installation: {
    readonly isPackaged: boolean
    readonly isPortable: boolean
    readonly appImage: string | null
    readonly binary: string
  },
): UpdateTarget | null {
  if (installation.appImage !== null) return { path: installation.appImage, kind: 'file' }
  // Data that lie in the folder would go with it.
  if (platform !== 'win32' || !installation.isPackaged || installation.isPortable) return null
  return { path: path.dirname(installation.binary), kind: 'folder' }
}

/** The updates of this installation. */
export function openUpdater(
  app: Pick<App, 'isPackaged' | 'getPath' | 'getVersion'>,
  { installation, platform, appImage, isPortable }: UpdatedApplication,
  { quit, log }: Pick<UpdaterOptions, 'quit' | 'log'>,
): Updater {
  const { execPath: binary, arch: processor } = process
  const { updateKey, nodeBinary, replacer } = installation
  return new Updater({
    folder: path.join(app.getPath('userData'), 'updates'),
    version: app.getVersion(),
    rootKey: existsSync(updateKey) ? readFileSync(updateKey, 'utf8') : null,
    target: updateTarget(platform, { isPackaged: app.isPackaged, isPortable, appImage, binary }),
    platform,
    processor,
    nodeBinary,
    replacer,
    quit,
    log,
    start: { command: appImage ?? binary, parameters: [] },
  })
}

interface UpdatedApplication {
  readonly installation: Pick<Installation, 'updateKey' | 'nodeBinary' | 'replacer'>
  readonly platform: NodeJS.Platform
  readonly appImage: string | null
  readonly isPortable: boolean
}

/** Updates from where a person says: found, fetched and installed by a press each, and never otherwise. */
export class Updater {
  readonly #options: UpdaterOptions
  #memory: z.output<typeof memorySchema>
  #found: FoundUpdate | null = null
  /** Of the last look. */
  #look = new AbortController()
  #share: number | null = null
  #error: AppError | null = null
  #outcome: UpdateOutcome | null = null
  readonly #confirmedParts = new Set<'window' | 'backEnd'>()

  constructor(options: UpdaterOptions) {
    this.#options = options
    this.#memory = readJson(this.#file('source.json'), memorySchema) ?? {
      source: '',
      staged: null,
      seen: nothingSeen,
    }
  }

  state(): UpdateState {
    const { version, rootKey, target } = this.#options
    const { source, staged } = this.#memory
    this.#outcome = this.#takeOutcome() ?? this.#outcome
    const isStaged = staged !== null && target !== null && existsSync(stagedPath(target))
    const update = this.#found && { version: this.#found.version, bytes: this.#found.file.bytes }
    return {
      version,
      source,
      found: update,
      share: this.#share ?? 0,
      fixed: target === null ? 'packageManager' : rootKey === null ? 'key' : null,
      phase:
        this.#share !== null
          ? 'fetching'
          : isStaged
            ? 'staged'
            : update === null
              ? 'none'
              : 'found',
      error: this.#error && plainError(this.#error),
      outcome: this.#outcome,
    }
  }

  /**
   * Keeps the source; an empty one is never asked. A later look takes the place of one that has no answer yet.
   * @throws AppError `update.refused`, also while a file is fetched
   */
  async find(source: string): Promise<void> {
    const { rootKey, version, platform, processor, now = Date.now } = this.#options
    if (this.#share !== null) throw refused(source, msg('update.busy'))
    this.#look.abort()
    const look = new AbortController()
    this.#look = look
    this.#found = null
    this.#error = null
    this.#store({ ...this.#memory, source, staged: null })
    if (source === '' || rootKey === null) return
    const { signal } = look
    const seen = {
      read: () => this.#memory.seen,
      write: (updates: SeenUpdates) => this.#store({ ...this.#memory, seen: updates }),
    }
    const question = { source, rootKey, version, seen, system: platform, processor, now, signal }
    const update = await findUpdate(question)
    if (signal.aborted) throw refused(source, msg('update.superseded'))
    this.#found = update
  }

  /** Begins; how far it is, and what went wrong, says the state. */
  stage(): void {
    const { target, log } = this.#options
    const update = this.#found
    if (update === null || target === null || this.#share !== null) return
    this.#share = 0
    this.#error = null
    void stageUpdate(update, target, share => (this.#share = share))
      .then(() => {
        this.#store({ ...this.#memory, staged: update.version })
      })
      .catch((error: unknown) => {
        this.#error = error instanceof AppError ? error : refusedBy(update.source, error)
        log(`update: ${this.#error.message}`)
      })
      .finally(() => {
        this.#share = null
      })
  }

  /** Ends the application; another process puts the new version in its place and starts it, or brings the old one back. */
  install(): ChildProcess | null {
    const {
      folder,
      target,
      nodeBinary,
      replacer,
      start,
      quit,
      limitMs = DEFAULT_LIMIT_MS,
    } = this.#options
    const { staged } = this.#memory
    if (target === null || staged === null || !existsSync(stagedPath(target))) return null
    mkdirSync(folder, { recursive: true })
    for (const name of ['confirmed', 'outcome.json']) removeEntrySync(this.#file(name))
    // The application's own ones lie in what is replaced.
    const node = this.#file(path.basename(nodeBinary))
    copyFileSync(nodeBinary, node)
    const script = this.#file('replace-application.mts')
    copyFileSync(replacer, script)
    const plan: ReplacePlan = {
      pid: process.pid,
      version: staged,
      target: target.path,
      staged: stagedPath(target),
      previous: previousPath(target),
      ...start,
      confirmation: this.#file('confirmed'),
      outcome: this.#file('outcome.json'),
      limitMs,
    }
    replaceFileSync(this.#file('plan.json'), JSON.stringify(plan))
    this.#store({ ...this.#memory, staged: null })
    const options = { detached: true, stdio: 'ignore', cwd: folder } as const
    // eslint-disable-next-line programs/program-paths -- the path of the Node that comes with the application
    const child = spawn(node, [script, this.#file('plan.json')], options)
    child.unref()
    quit()
    return child
  }

  /** A version that was just put in place has started once its window and its back end are there. One that cannot say so gives way to the old one. */
  confirm(part: 'window' | 'backEnd'): void {
    this.#confirmedParts.add(part)
    if (this.#confirmedParts.size < 2) return
    const plan = readJson(this.#file('plan.json'), z.looseObject({ version: z.string() }))
    if (plan?.version !== this.#options.version) return
    try {
      replaceFileSync(this.#file('confirmed'), '')
      removeEntrySync(this.#file('plan.json'))
    } catch (error) {
      this.#options.log(`update: ${String(error)}`)
    }
  }

  #takeOutcome(): UpdateOutcome | null {
    const outcome = readJson(this.#file('outcome.json'), updateOutcomeSchema)
    if (outcome !== null) removeEntrySync(this.#file('outcome.json'))
    return outcome
  }

  #store(memory: z.output<typeof memorySchema>): void {
    this.#memory = memory
    replaceFileSync(this.#file('source.json'), JSON.stringify(memory))
  }

  #file(name: string): string {
    return path.join(this.#options.folder, name)
  }
}

/** Never silent: a version that did not start is told in a box. */
export function reportLostUpdate(
  updater: Updater,
  dialog: Pick<Dialog, 'showMessageBox'>,
  t: Translate,
): void {
  const { outcome } = updater.state()
  if (outcome === null || outcome.result === 'installed') return
  const { version, result } = outcome
  const detail = t(`update.outcome.${result}`, { version })
  void dialog.showMessageBox({ type: 'warning', message: 'Tunewright', detail })
}

/** The methods for the page. */
export function updateMethods(updater: Updater) {
  return {
    'desktop.update': async () => updater.state(),
    'desktop.findUpdate': async ({ source }) => {
      await updater.find(source)
      return updater.state()
    },
    'desktop.stageUpdate': async () => {
      updater.stage()
      return updater.state()
    },
    'desktop.installUpdate': async () => {
      updater.install()
      return null
    },
  } satisfies Partial<DesktopApi>
}

function refusedBy(source: string, error: unknown): AppError {
  return refused(source, verbatim(String(error)))
}

function readJson<Shape extends z.ZodType>(file: string, schema: Shape): z.output<Shape> | null {
  if (!existsSync(file)) return null
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}
