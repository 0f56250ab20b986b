import { executorSchema, type SshSettings } from '../contract/executor.ts'
import { fact } from '../core/errors/fact.ts'
import type { Problem } from '../core/errors/problem.ts'
import type { QueuePlace } from '../contract/queue.ts'

interface StudyElsewhere {
  readonly objective: Readonly<Record<string, unknown>>
  readonly slots: unknown
  readonly gpus: unknown
  readonly engine?: unknown
}

/** Other machines run each trial in a process of its own; on a queue each begins at its beginning. */
export function executorProblems(executor: unknown, study: StudyElsewhere): readonly Problem[] {
  const parsed = executorSchema.safeParse(executor)
  if (!parsed.success) return []
  const { here = 0, ssh, queue } = parsed.data
  if ((ssh === undefined) === (queue === undefined)) {
    const rule = fact('rule.executorOne')
    return [{ path: ['executor'], value: Object.keys(executor as object).join(', '), rule }]
  }
  const keys = queue === undefined ? ['slurm', 'serves'] : ['slurm', 'resumes', 'serves']
  const own = keys.filter(key => ![undefined, false].includes(study.objective[key] as boolean))
  const problems = own.map(key => {
    const rule =
      key === 'resumes' ? fact('rule.checkpointElsewhere') : fact('rule.executorOr', { key })
    return { path: ['objective', key], value: true, rule }
  })
  return queue === undefined
    ? [...problems, ...sshProblems(ssh ?? [], here, study)]
    : [...problems, ...queueProblems(queue, here, study)]
}

function sshProblems(
  ssh: SshSettings['ssh'],
  here: number,
  { objective, slots, engine = 'auto' }: StudyElsewhere,
): Problem[] {
  const path = ['executor', 'ssh']
  const names = ssh.map(({ host }) => host)
  const again = names.findIndex((name, index) => names.indexOf(name) < index)
  const places = ssh.reduce((sum, one) => sum + one.slots, here)
  return [
    ...(isRunElsewhere(objective)
      ? []
      : [{ path, value: names.join(', '), rule: fact('rule.executorPrograms') }]),
    ...(!('task' in objective) || travellingEngines.includes(String(engine))
      ? []
      : [{ path: ['engine'], value: String(engine), rule: fact('rule.executorEngine') }]),
    ...(again < 0
      ? []
      : [
          {
            path: [...path, again, 'host'],
            value: names[again] ?? '',
            rule: fact('rule.executorOnce'),
          },
        ]),
    ...(typeof slots === 'number' && slots > places
      ? [{ path: ['slots'], value: slots, rule: fact('rule.executorSlots', { places }) }]
      : []),
  ]
}

/** What needs nothing that has to be installed over there; `auto` is `wasm`. */
const travellingEngines: readonly string[] = ['auto', 'wasm', 'cpu']

function isRunElsewhere(objective: StudyElsewhere['objective']): boolean {
  return ['command', 'module', 'function', 'task'].some(kind => kind in objective)
}

function queueProblems(
  { url }: QueuePlace,
  here: number,
  { objective, gpus }: StudyElsewhere,
): Problem[] {
  return [
    ...(here === 0
      ? []
      : [{ path: ['executor', 'here'], value: here, rule: fact('rule.executorHere') }]),
    ...(isRunElsewhere(objective)
      ? []
      : [{ path: ['executor', 'queue'], value: url, rule: fact('rule.executorQueued') }]),
    ...(gpus === undefined
      ? []
      : [{ path: ['gpus'], value: JSON.stringify(gpus), rule: fact('rule.gpusQueue') }]),
  ]
}
