import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import { isUserCode } from '../../../../core/study/study-specification.ts'
import type {
  PrepareMessage,
  StartMessage,
  TrustedCode,
  UserTrial,
} from '../../../../core/processes/trainer-protocol.ts'
import {
  readRemoteResult,
  type RemoteResult,
  type RemoteTrial,
} from '../../../../core/processes/remote-trial.ts'
import { remarksFile } from '../../../../core/trial/trial-files.ts'
import { type CommandObjective, commandObjectiveSchema } from '../../../../core/study/user-code.ts'
import { pack } from '../../../../platform/processes/packed.ts'
import { inTemporaryFolder } from '../../../../platform/files/temporary.ts'
import type { AttemptFiles } from '../../../../platform/user-code/attempt-files.ts'
import type { FilledCommand } from '../../../../platform/user-code/command-environment.ts'
import { requireTrusted } from '../../../../platform/user-code/require-trusted.ts'
import { checkRemoteOutcome } from '../../remote-outcome.ts'
import { uploadFiles, uploadCode } from './upload-code.ts'
import { uploadCheckpoint } from './upload-start.ts'
import { uploadOnce } from './uploaded-folders.ts'
import type { StartCopy } from './remote-job.ts'
import type { RemoteMachine } from './remote-machine.ts'
import { copyTrainer, type TrainerCopy, unpackOrder } from './trainer-copy.ts'

const OLDEST_NODE = 24
const modelFolder = 'model'
const outcomeName = 'outcome.json'
/** What a training goes on from. */
const fromName = 'from.safetensors'

/** Where a remote trainer saves. @param files of its attempt, on the machine */
export function savedFolder({ directory }: AttemptFiles): string {
  return path.posix.join(directory, 'saved')
}

/** What a job runs, now that all it needs is on the machine. */
export interface UploadedRun {
  readonly filled: FilledCommand
  readonly directory: string
  /** Files that it reads. */
  readonly texts: readonly { readonly file: string; readonly text: string }[]
  /** What it goes on from. */
  readonly copies: readonly StartCopy[]
  /** Folders of the workspace that it needs. */
  readonly uses: readonly string[]
}

/** Trains a task, a module or a function on a machine that has Node: as a program, from a copy of what Node needs here. */
export class RemoteTrainer {
  /** What a machine is told to run, as it follows any program. */
  readonly objective: CommandObjective = commandObjectiveSchema.parse({ command: ['node'] })
  readonly #prepare: PrepareMessage
  /** Hash of the prepared data; null without data. */
  readonly #data: string | null
  #copy: TrainerCopy | null = null
  readonly #nodes = new WeakMap<RemoteMachine, string>()

  constructor(prepare: PrepareMessage, data: string | null) {
    this.#prepare = prepare
    this.#data = data
  }

  /** Absent for built-in objectives. */
  get userCode(): TrustedCode | undefined {
    return this.#prepare.userCode
  }

  /**
   * Brings what is missing, and says what to run.
   * @param there the trial as it is told there
   * @param files of the attempt, on the machine
   * @throws AppError `machine.*`, `userCode.changed`, `data.invalid`
   */
  async upload(
    machine: RemoteMachine,
    start: StartMessage,
    remoteTrial: UserTrial,
    files: AttemptFiles,
  ): Promise<UploadedRun> {
    const workspace = await machine.reach()
    const { objective, userCode, ...prepare } = this.#prepare
    const node = await this.#node(machine)
    this.#copy ??= copyTrainer()
    const { hash, entry } = this.#copy
    const folder = path.posix.join(workspace, 'trainer', hash)
    await uploadOnce(machine, folder, async () => this.#uploadTrainer(machine, folder, node))
    const datasetDirectory = await this.#uploadData(machine, workspace)
    const code =
      userCode === undefined || !isUserCode(objective)
        ? null
        : await uploadCode(
            machine,
            await requireTrusted(objective, { userCode }),
            userCode.studyDirectory,
          )
    const { checkpoints, from, predictionDirectory, artifactDirectory, ...others } = start
    // Code of the user finds it in its own folder.
    const isOwn = remoteTrial.continuation !== undefined
    const begun = isOwn || from === undefined ? null : from
    const to = path.posix.join(files.directory, fromName)
    const copies = begun === null ? [] : [{ from: await uploadCheckpoint(machine, begun), to }]
    const model = path.posix.join(files.directory, modelFolder)
    const trial: RemoteTrial = {
      prepare: { ...prepare, objective, datasetDirectory },
      start: {
        ...others,
        unjudged: true,
        artifactDirectory: artifactDirectory === null ? null : model,
        ...(predictionDirectory === undefined ? {} : { predictionDirectory: model }),
        ...(start.userTrial === undefined ? {} : { userTrial: remoteTrial }),
        ...(checkpoints === undefined || isOwn
          ? {}
          : { checkpoints: { ...checkpoints, directory: savedFolder(files) } }),
        ...(begun === null ? {} : { from: { ...begun, path: to } }),
      },
      codeDirectory: code?.directory ?? null,
      outcomeFile: path.posix.join(files.directory, outcomeName),
    }
    const file = path.posix.join(files.directory, 'remote-trial.json')
    const program = path.posix.join(folder, entry)
    return {
      filled: { program: node, parameters: [program, file], added: {} },
      directory: code?.directory ?? files.directory,
      texts: [{ file, text: pack(trial) }],
      copies,
      uses: [folder, datasetDirectory, code?.folder].filter(
        usedPath => typeof usedPath === 'string',
      ),
    }
  }

  /** Beside what programs leave. @param isStopped nobody wants its model */
  filesOf(attempt: string, isStopped: boolean): readonly string[] {
    const folder = `attempt-${attempt}`
    const model = isStopped ? [] : [`${folder}/${modelFolder}`]
    return [`${folder}/${outcomeName}`, ...model, remarksFile]
  }

  /**
   * How the trainer says that it ended; null where it could not.
   * @param files of the attempt, here
   * @param goals how many; null: it was stopped, and its model did not come
   * @throws AppError `protocol.invalid`
   */
  ended({ directory }: AttemptFiles, goals: number | null): RemoteResult | null {
    let text: string
    try {
      text = readFileSync(path.join(directory, outcomeName), 'utf8')
    } catch {
      return null
    }
    const ended = readRemoteResult(text)
    const outcome = ended?.outcome
    if (ended === null || goals === null || outcome?.state !== 'complete') return ended
    const folder = path.join(directory, modelFolder)
    const artifacts = outcome.artifacts.map(artifact => {
      return { ...artifact, path: path.posix.basename(artifact.path) }
    })
    return { ...ended, outcome: checkRemoteOutcome({ ...outcome, artifacts }, goals, folder) }
  }

  /** Where Node is on the machine. @throws AppError `machine.refused` without one that fits */
  async #node(machine: RemoteMachine): Promise<string> {
    const cached = this.#nodes.get(machine)
    if (cached !== undefined) return cached
    const wanted = `${process.platform}-${process.arch}`
    const ask = 'process.versions.node + " " + process.platform + "-" + process.arch'
    const script = `n=\${TUNEWRIGHT_NODE:-node}; command -v "$n" && "$n" -p ${quote(ask)}; :`
    const [nodePath = '', versionAndSystem = ''] = (await machine.order(script))
      .toString()
      .trim()
      .split('\n')
    const [version = '', system] = versionAndSystem.split(' ')
    if (Number.parseInt(version, 10) >= OLDEST_NODE && system === wanted) {
      this.#nodes.set(machine, nodePath)
      return nodePath
    }
    const reason = msg('failure.remoteNode', {
      wanted: OLDEST_NODE,
      system: wanted,
      found: versionAndSystem,
    })
    throw new AppError('machine.refused', { machine: machine.name, reason })
  }

  async #uploadTrainer(machine: RemoteMachine, folder: string, node: string): Promise<void> {
    const packed = this.#copy?.packed ?? Buffer.alloc(0)
    await inTemporaryFolder('trainer', async temporary => {
      const file = path.join(temporary, 'pack')
      writeFileSync(file, packed)
      const sha256 = createHash('sha256').update(packed).digest('hex')
      const files = [{ path: file, sha256, relativePath: 'pack', isProgram: false }]
      const arrived = `${folder}.pack`
      await uploadFiles(machine, arrived, { files, working: '' })
      await machine.order(unpackOrder(node, path.posix.join(arrived, 'pack'), folder))
    })
  }

  async #uploadData(machine: RemoteMachine, workspace: string): Promise<string | null> {
    const { datasetDirectory } = this.#prepare
    if (datasetDirectory === null || this.#data === null) return null
    const folder = path.posix.join(workspace, 'data', this.#data)
    await uploadOnce(machine, folder, async () => {
      const names = readdirSync(datasetDirectory, { withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(({ name }) => name)
      const files = await Promise.all(
        names.map(async fileName => {
          const file = path.join(datasetDirectory, fileName)
          const hash = createHash('sha256')
          if (statSync(file).size > 0) await pipeline(createReadStream(file), hash)
          return {
            path: file,
            sha256: hash.digest('hex'),
            relativePath: fileName,
            isProgram: false,
          }
        }),
      )
      await uploadFiles(machine, folder, { files, working: '' })
    })
    return folder
  }
}
