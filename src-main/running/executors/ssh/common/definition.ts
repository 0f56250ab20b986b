import { z } from 'zod'
import { msg } from '../../../../core/errors/message.ts'
import { gpuSlots } from '../../../../core/machine/gpus.ts'
import { machineNameSchema } from '../../../../core/machine/machines.ts'
import { broken, type Problem } from '../../../../core/errors/problem.ts'
import type { ExecutorDefinition, StudyToCheck } from '../../common/executor-definition.ts'
import { kindOfObjective } from '../../../../core/objectives/registry.ts'
import {
  bestPortableEngine,
  portableEngineNames,
} from '../../../../core/machine/engines/registry.ts'

const machineSchema = z.strictObject({
  host: machineNameSchema.describe('option.executor.ssh.host'),
  slots: z.int().min(1).max(64).default(1).describe('option.executor.ssh.slots'),
  gpus: z.int().min(0).max(64).default(0).describe('option.executor.ssh.gpus'),
})

const optionsSchema = z
  .strictObject({
    machines: z.array(machineSchema).min(1).max(64).describe('option.executor.ssh.machines'),
    lostAfterSeconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(120)
      .describe('option.executor.ssh.lostAfterSeconds'),
  })
  .describe('option.executor.ssh.all')
export type SshOptions = z.output<typeof optionsSchema>

/** What needs nothing that has to be installed there; `auto` is `wasm`. */
const portableEngines: readonly string[] = ['auto', ...portableEngineNames]

/** Trials run on other machines over SSH; a study names only machines that a person has added on this computer. */
export const ssh: ExecutorDefinition<SshOptions> = {
  name: 'ssh',
  optionsSchema,
  supports: ['task', 'module', 'function', 'command'],
  runsElsewhere: true,
  outlivesSession: true,
  keepsProcesses: false,
  readsLogs: false,
  returnsCheckpoints: true,
  reportsStart: true,
  stopsAtRungs: true,
  needsTrialFolders: true,
  autoEngine: bestPortableEngine,
  mixesWithLocal: true,
  capacity: ({ machines }) => machines.reduce((sum, { slots }) => sum + slots, 0),
  check: (options, study) => [
    ...checkEngine(study),
    ...checkHosts(options),
    ...checkGpus(options, study),
  ],
}

function checkEngine({ objective, engine = 'auto' }: StudyToCheck): Problem[] {
  if (kindOfObjective(objective)?.usesEngine !== true || portableEngines.includes(String(engine)))
    return []
  return [broken(['engine'], engine, msg('rule.sshEngine'))]
}

function checkHosts({ machines }: SshOptions): Problem[] {
  const hosts = machines.map(({ host }) => host)
  const index = hosts.findIndex((host, machineIndex) => hosts.indexOf(host) < machineIndex)
  if (index < 0) return []
  return [broken(['executor', 'ssh', 'machines', index, 'host'], hosts[index], msg('rule.sshOnce'))]
}

/** A list of GPUs names those of this computer; a number divides those of a machine. */
function checkGpus({ machines }: SshOptions, { gpus }: StudyToCheck): Problem[] {
  if (Array.isArray(gpus)) return [broken(['gpus'], gpus, msg('rule.sshGpuSets'))]
  if (typeof gpus !== 'number' || !(gpus > 0)) return []
  return machines.flatMap(({ gpus: count, slots }, index) => {
    const limit = gpuSlots(count, gpus)
    const path = ['executor', 'ssh', 'machines', index, 'slots']
    return slots > limit ? [broken(path, slots, msg('rule.gpuSlots', { slots: limit }))] : []
  })
}
