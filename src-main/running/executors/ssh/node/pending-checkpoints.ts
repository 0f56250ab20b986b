import path from 'node:path'
import type { SavedCheckpoint } from '../../../../core/trial/checkpoint.ts'
import { AppError, isAppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import type {
  AttemptCheckpoints,
  StartingPoint,
} from '../../../../core/processes/trainer-protocol.ts'
import { flush, renameOver } from '../../../../platform/files/durable.ts'
import { removeEntry } from '../../../../platform/files/remove.ts'
import { removePartsOf, temporaryBeside } from '../../../../platform/files/temporary.ts'
import { checkpointTooLarge } from '../../../../platform/user-code/copy-folder.ts'
import { fetchFile } from './fetch-files.ts'
import { fetchFolder, type RemoteFolder, isSameFolder, listFolder } from './fetch-folder.ts'
import { type Orders, runDetachedScript } from './detached-script.ts'

const MAX_TRIES = 3

interface PendingCheckpointsOptions {
  readonly machine: Orders
  readonly settings: AttemptCheckpoints
  /** Nothing can be kept here any more. */
  readonly failed: (error: unknown) => void
}

/** One thing that comes at a time; while it does, others are asked for once more at most. */
abstract class PendingTransfer {
  protected readonly options: PendingCheckpointsOptions
  #transfer: Promise<void> | null = null
  #isClosed = false

  constructor(options: PendingCheckpointsOptions) {
    this.options = options
  }

  /** Nobody waits for what is on its way. */
  close(): void {
    this.#isClosed = true
  }

  /** Resolves when what is on its way is here. */
  async settle(): Promise<void> {
    await this.#transfer
  }

  protected get isTransferring(): boolean {
    return this.#transfer !== null
  }

  protected get isClosed(): boolean {
    return this.#isClosed
  }

  protected transfer(work: () => Promise<void>): void {
    this.#transfer ??= work()
      .catch((error: unknown) => {
        // A machine that is lost says so itself; what no checkpoint may be is told at the end, as here.
        if (this.#isClosed || (isAppError(error) && error.code !== 'disk.full')) return
        this.options.failed(error)
      })
      .finally(() => {
        this.#transfer = null
      })
  }
}

/** Checkpoints that a remote training has saved: the last one that it has told of comes back, and those before it go. */
export class RemoteCheckpoints extends PendingTransfer {
  readonly #folder: string
  readonly #from: StartingPoint | undefined
  readonly #take: (checkpoint: SavedCheckpoint) => void
  #announced: SavedCheckpoint[] = []

  /** @param folder on the machine */
  constructor(
    options: PendingCheckpointsOptions,
    folder: string,
    from: StartingPoint | undefined,
    take: (checkpoint: SavedCheckpoint) => void,
  ) {
    super(options)
    this.#folder = folder
    this.#from = from
    this.#take = take
  }

  /** What lies before the start of this attempt came in an earlier one. */
  announce(checkpoint: SavedCheckpoint): void {
    const from = this.#from
    if (from?.mode === 'resume' && !isAfter(checkpoint, from)) return
    this.#announced.push(checkpoint)
    this.transfer(async () => this.#fetchAll())
  }

  /** The one at the end. @throws AppError `machine.*`, `data.invalid`, `file.unreadable`; as the file system does */
  async fetch(checkpoint: SavedCheckpoint): Promise<SavedCheckpoint> {
    const { machine, settings } = this.options
    const { bytes, sha256 } = checkpoint
    const name = nameOf(checkpoint)
    const [from, to] = [path.posix.join(this.#folder, name), path.join(settings.directory, name)]
    if (bytes > settings.maxBytes) throw checkpointTooLarge(from, bytes, settings.maxBytes)
    removePartsOf(to)
    const temporary = temporaryBeside(to)
    try {
      const fetchedHash = await fetchFile(machine, from, temporary, { name, bytes })
      if (fetchedHash !== sha256) {
        const rule = msg('rule.hash', { hash: sha256 })
        throw new AppError('data.invalid', {
          path: from,
          field: 'sha256',
          value: fetchedHash,
          rule,
        })
      }
      await flush(temporary)
      await renameOver(temporary, to)
      await flush(path.dirname(to))
      return { ...checkpoint, path: to }
    } finally {
      await removeEntry(temporary)
    }
  }

  async #fetchAll(): Promise<void> {
    const { machine } = this.options
    for (let last = this.#announced.at(-1); last !== undefined; last = this.#announced.at(-1)) {
      if (this.isClosed) return
      const older = this.#announced.slice(0, -1).map(checkpoint => quote(nameOf(checkpoint)))
      this.#announced = []
      // Told again after its successor came, to a session that adopts it.
      const answer = await machine.order(
        `cd ${quote(this.#folder)} 2> /dev/null && [ -f ${quote(nameOf(last))} ] && echo there; :`,
      )
      if (answer.length === 0) continue
      const checkpoint = await this.fetch(last)
      if (this.isClosed) return
      this.#take(checkpoint)
      this.#announced.unshift(last)
      if (older.length > 0) {
        await machine.order(`cd ${quote(this.#folder)} 2> /dev/null && rm -f ${older.join(' ')}; :`)
      }
      if (this.#announced.at(-1) === last) return
    }
  }
}

function isAfter(left: SavedCheckpoint, right: SavedCheckpoint): boolean {
  return left.step === right.step ? left.batch > right.batch : left.step > right.step
}

/** As trainers name them. */
function nameOf({ step, batch }: SavedCheckpoint): string {
  return `${step}-${batch}.safetensors`
}

/** The folder of code of the user that goes on by itself: comes back while it runs, as often as the study says, and at its end. */
export class RemoteCheckpointFolder extends PendingTransfer {
  readonly #job: string
  readonly #remotePath: string
  readonly #localFolder: string
  #lastMs = performance.now()
  /** What lies here, from the last time. */
  #known: RemoteFolder | null = null

  /**
   * @param job its folder on the machine
   * @param remotePath of the folder of checkpoints, on the machine
   * @param localFolder where it belongs
   */
  constructor(
    options: PendingCheckpointsOptions,
    job: string,
    remotePath: string,
    localFolder: string,
  ) {
    super(options)
    this.#job = job
    this.#remotePath = remotePath
    this.#localFolder = localFolder
  }

  /** It has reported a step. */
  stepped(step: number): void {
    const { everySeconds, everyEpochs } = this.options.settings
    const isTime = everySeconds !== null && performance.now() - this.#lastMs >= everySeconds * 1_000
    if (this.isTransferring || !(isTime || (everyEpochs !== null && step % everyEpochs === 0)))
      return
    this.#lastMs = performance.now()
    this.transfer(async () => this.#fetchLive())
  }

  /** Its program has ended. @throws AppError `machine.*`, `data.invalid`, `file.unreadable`; as the file system does */
  async end(): Promise<void> {
    await this.settle()
    const folder = await listFolder(this.options.machine, this.#job, this.#remotePath)
    if (folder === null || this.#isFetched(folder)) return
    await this.#fetch(this.#remotePath, folder)
  }

  /** A copy that is what the folder was at one moment: what a program would find that was killed then. */
  async #fetchLive(): Promise<void> {
    const { machine } = this.options
    const copied = path.posix.join(this.#job, 'saved')
    const copyScript = `rm -rf saved; cp -RPp ${quote(this.#remotePath)} saved`
    for (let tries = 0; tries < MAX_TRIES && !this.isClosed; tries++) {
      const live = await this.#lookAt(this.#remotePath)
      if (live === null) continue
      if (live.size === 0 || this.#isFetched(live)) return
      // A file may be gone before it is copied.
      const isDone = await runDetachedScript(machine, this.#job, copyScript).catch(notRefused)
      const copy = isDone === null ? null : await this.#lookAt(copied)
      if (copy === null || !isSameFolder(live, copy)) continue
      await this.#fetch(copied, copy)
      await machine.order(`rm -rf ${quote(copied)}`)
      return
    }
  }

  /** Null where something in it vanished meanwhile. */
  async #lookAt(remotePath: string): Promise<RemoteFolder | null> {
    return listFolder(this.options.machine, this.#job, remotePath).catch(notRefused)
  }

  #isFetched(folder: RemoteFolder): boolean {
    return this.#known !== null && isSameFolder(folder, this.#known)
  }

  async #fetch(remotePath: string, folder: RemoteFolder): Promise<void> {
    const { machine, settings } = this.options
    const isWhole = await fetchFolder(machine, remotePath, this.#localFolder, {
      folder,
      localFolder: this.#known,
      maxBytes: settings.maxBytes,
      isWanted: () => !this.isClosed,
    })
    if (isWhole) this.#known = folder
  }
}

function notRefused(error: unknown): null {
  if (isAppError(error, 'machine.refused')) return null
  throw error
}
