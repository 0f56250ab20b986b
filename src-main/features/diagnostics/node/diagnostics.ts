import { statSync } from 'node:fs'
import process from 'node:process'
import type { Diagnostics } from '../common/diagnostics.ts'
import type { AppDescription } from '../../application/common/methods.ts'
import type { MachineDevices } from '../../../core/machine/devices.ts'
import type { EngineCheck } from '../../../core/machine/engine-check.ts'
import type { ComputingName } from '../../../core/machine/engines/registry.ts'
import { toAppError } from '../../../core/errors/errors.ts'
import type { WindowProcessInfo } from '../../../core/processes/process-apis.ts'
import { describeEnvironment } from '../../../platform/machine/environment.ts'
import { saferNode } from '../../../platform/machine/node-releases.ts'
import { buildZip } from '../../reports/node/zip.ts'
import { SCHEMA_VERSION } from '../../../platform/storage/migrations/migrations.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'
import { readLog } from './keep-log.ts'
import { reviewedLog } from './reviewed-log.ts'

export interface DiagnosticsSource {
  readonly workspace: Pick<Workspace, 'databasePath' | 'logPath'>
  readonly asker: AppDescription['host'] | 'cli'
  /** What Electron's process adds; null elsewhere. */
  readonly window: WindowProcessInfo | null
  /** @throws AppError where the database cannot be read, which is told */
  readonly studies: () => Promise<ReturnType<StudyReader['listStudies']>>
  readonly devices: MachineDevices
  /** Null: it was not checked yet. */
  readonly engines: Partial<Record<ComputingName, EngineCheck | null>>
  readonly atMs: number
}

/** Variables that a trial's program gets are named after parameters. */
const variable = /^TUNEWRIGHT_(?!PARAM)/

/**
 * What helps to find the cause of an error, and nothing else: versions, machine, engines, counts of studies, logs. No name, value, path, token
 * or text of a person is in it, since each part is made of what is listed here.
 */
export async function collectDiagnostics(source: DiagnosticsSource): Promise<Diagnostics> {
  const { workspace, window, atMs } = source
  const json = {
    'versions.json': versions(source),
    'machine.json': machine(source.devices),
    'engines.json': engines(source.engines),
    'studies.json': await studies(source),
  }
  const texts = new Map(
    Object.entries(json).map(([name, value]) => [name, `${JSON.stringify(value, null, 2)}\n`]),
  )
  texts.set('log.txt', reviewedLog(await readLog(workspace)))
  if (window !== null) texts.set('window-log.txt', reviewedLog(await readLog(window)))
  const day = new Date(atMs).toISOString().slice(0, 10)
  return {
    files: [...texts].map(([name, text]) => ({ name, text })),
    fileName: `tunewright-diagnostics-${day}.zip`,
    zip: (await buildZip(texts)).toString('base64'),
  }
}

function versions({ asker, window, atMs }: DiagnosticsSource): object {
  const { tunewright, node, sqlite, platform } = describeEnvironment()
  return {
    at: new Date(atMs).toISOString(),
    tunewright,
    node,
    saferNode: saferNode(node),
    sqlite,
    platform,
    asker,
    ...(window === null ? {} : { electron: window.electron, packaged: window.isPackaged }),
    variables: Object.keys(process.env)
      .filter(name => variable.test(name))
      .sort(),
  }
}

/** Without what tells one machine from another of its kind. */
function machine({ cpu, gpus, probeFailure }: MachineDevices): object {
  const { cpu: model, cores, memoryBytes } = describeEnvironment()
  return {
    cpu: model,
    cores,
    memoryBytes,
    energy: cpu.energy.state,
    gpus: gpus.map(gpu => {
      if (gpu.source === 'webgpu') return gpu
      const { uuid: _, ...others } = gpu
      return others
    }),
    webgpu: probeFailure?.code ?? null,
  }
}

/** Why one could not be loaded is told by its code: the reason may name folders. */
function engines(checks: DiagnosticsSource['engines']): object {
  const describeCheck = (check: EngineCheck): object =>
    check.ok ? { ...check, engine: { ...check.engine } } : { ok: false, error: check.error.code }
  return Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [
      name,
      check === null ? null : describeCheck(check),
    ]),
  )
}

async function studies({ workspace, studies: read }: DiagnosticsSource): Promise<object> {
  const { size } = statSync(workspace.databasePath, { throwIfNoEntry: false }) ?? { size: null }
  const database = { bytes: size, schema: SCHEMA_VERSION }
  if (size === null) return { database, studies: [] }
  try {
    const rows = await read()
    return {
      database,
      studies: rows.map(({ id, state, specification, trials, elapsedMs, labels }) => ({
        id,
        state,
        objective: Object.keys(specification.objective).find(key => kinds.includes(key)),
        sampler: specification.sampler.name,
        pruner: specification.pruner.name,
        goals: specification.goals.length,
        parameters: Object.keys(specification.space).length,
        parallelTrials: specification.parallelTrials,
        engine: specification.engine,
        elapsedMs,
        trials,
        archived: labels.archived,
      })),
    }
  } catch (error) {
    return { database, error: toAppError(error).code }
  }
}

const kinds = ['task', 'module', 'command', 'function']
