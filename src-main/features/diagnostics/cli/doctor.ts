import { existsSync } from 'node:fs'
import process from 'node:process'
import { engineDevice } from '../../../core/machine/engine.ts'
import type { EngineCheck, EngineFindings } from '../../../core/machine/engine-check.ts'
import { cpuEnergyMessage, gpuMessage, type MachineDevices } from '../../../core/machine/devices.ts'
import { deserializeError, errorMessage } from '../../../core/errors/errors.ts'
import { formatBytes } from '../../../core/i18n/format-number.ts'
import { libraryFiles } from '../../../engines/tensorflow/library/library-files.ts'
import { checkEngines } from '../../../engines/check-engines.ts'
import { describeEnvironment } from '../../../platform/machine/environment.ts'
import { installedPack } from '../../../engines/pack/installed-pack.ts'
import { listDevices } from '../../../platform/machine/list-devices.ts'
import { SECURITY_RELEASES_UNTIL, saferNode } from '../../../platform/machine/node-releases.ts'
import { MachineMonitor } from '../../../platform/machine/machine-monitor.ts'
import { roundTo } from '../../../math/numbers.ts'
import { type AddCommands, type CliContext, withReader } from '../../command-line/context.ts'
import { engineAdvice } from '../../engines/cli/engine-advice.ts'
import { exitCodes } from '../../command-line/exit-codes.ts'
import { tensorflow } from '../../../core/machine/engines/tensorflow/tensorflow.ts'

export const addCommands: AddCommands = (program, t) => {
  program
    .command('doctor')
    .description(t('cli.help.doctor'))
    .run(async context => {
      const environment = describeEnvironment()
      const database = await databaseText(context)
      const { tunewright, node, sqlite, platform, cpu, cores, memoryBytes } = environment
      const safer = saferNode(node)
      const lines = [
        `Tunewright ${tunewright}, Node ${node}, SQLite ${sqlite}`,
        `${platform}, ${cpu}, ${cores} × CPU, ${formatBytes(memoryBytes)}`,
        ...(safer === null
          ? []
          : [t('cli.olderNode', { node, safer, day: SECURITY_RELEASES_UNTIL })]),
        t('list.named', { name: t('cli.database'), value: database }),
      ]
      context.printValues(lines.join('\n'), { environment, database, saferNode: safer })
      const devices = await readDevices()
      context.printValues(deviceLines(context, devices).join('\n'), { devices })
      let device: string | null = null
      await checkEngines((name, check) => {
        if (name === tensorflow.name && check.ok) device = check.engine.device
        context.printValues(t('list.named', { name, value: checkText(context, check) }), {
          engine: name,
          ...check,
        })
        if (!isHealthy(check)) process.exitCode = exitCodes.internalError
      })
      const advice = engineAdvice(t, {
        canLoad: libraryFiles(process.platform, process.arch) !== null,
        hasNvidiaGpu: devices.gpus.some(({ source }) => source === 'nvidia-smi'),
        pack: installedPack(tensorflow.name)?.manifest ?? null,
        device,
      })
      if (advice !== null && !context.json) context.print(advice)
    })
}

export async function readDevices(): Promise<MachineDevices> {
  const monitor = new MachineMonitor({ now: Date.now })
  try {
    return await listDevices(monitor)
  } finally {
    monitor.close()
  }
}

/** Whether energy is measured, every GPU and what its driver says of it, and why WebGPU said nothing. */
export function deviceLines(
  { t }: Pick<CliContext, 't'>,
  { cpu, gpus, probeFailure }: MachineDevices,
): string[] {
  const gpuLines = gpus.map(gpu => t.format(gpuMessage(gpu, formatBytes)))
  return [
    t('list.named', { name: t('cli.cpuEnergy'), value: cpuEnergyMessage(cpu.energy) }),
    ...(gpuLines.length === 0 && probeFailure === null ? [t('devices.noGpu')] : gpuLines).map(
      text => t('list.named', { name: 'GPU', value: text }),
    ),
    ...(probeFailure === null
      ? []
      : [
          t('list.named', {
            name: 'GPU',
            value: t('devices.notAsked', { reason: errorMessage(deserializeError(probeFailure)) }),
          }),
        ]),
  ]
}

/** Every engine that ships must be there and be right; one that is not installed or lacks its device is no fault. */
function isHealthy(check: EngineCheck): boolean {
  if (check.ok) return check.failed.length === 0
  return check.error.code === 'engine.notInstalled' || check.error.code === 'engine.noDevice'
}

function checkText(context: CliContext, check: EngineCheck): string {
  if (!check.ok) {
    return context.t('cli.unavailable', { reason: errorMessage(deserializeError(check.error)) })
  }
  const { passed, failed } = check
  const verdict =
    failed.length === 0
      ? context.t('cli.conforms', { passed })
      : context.t('cli.nonConforming', { failed: failed.length, cases: failed })
  const { t } = context
  const details = [t.format(engineDevice(check.engine)), verdict, speedText(context, check)]
  return details.join(t('list.clauses'))
}

/** `0.92 ms per MLP step, 7.4 ms per CNN step`, or `5.2 ms per round`. */
export function speedText(
  { t }: CliContext,
  { stepMs, roundMs = 0 }: Pick<EngineFindings, 'stepMs' | 'roundMs'>,
): string {
  const format = (milliseconds: number) => String(roundTo(milliseconds, 2))
  if (stepMs === null) return t('cli.roundSpeed', { time: format(roundMs) })
  const { mlp, cnn } = stepMs
  return t('cli.speed', { mlp: format(mlp), cnn: cnn === null ? null : format(cnn) })
}

/** Where the database is, and how many studies it has. */
async function databaseText(context: CliContext): Promise<string> {
  const { databasePath } = context.workspace
  if (!existsSync(databasePath)) return databasePath
  const count = await withReader(context, reader => reader.listStudies().length)
  return `${databasePath} (${count})`
}
