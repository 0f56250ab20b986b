import {
  placeholdersIn,
  switchProblems,
  templateProblems,
} from '../../../core/study/command-template.ts'
import { type LogCircumstances, logProblems } from '../../../core/study/log-problems.ts'
import { msg } from '../../../core/errors/message.ts'
import { type Problem, problemValue } from '../../../core/errors/problem.ts'
import { parseWithProblems } from '../../../core/errors/schema-problems.ts'
import {
  type CommandObjective,
  commandObjectiveSchema,
  moduleObjectiveSchema,
} from '../../../core/study/user-code.ts'
import type { SpaceSpecification } from '../../../core/study/space-specification.ts'
import { patternProblem } from '../../../platform/user-code/pattern-reader.ts'
import { isModule } from '../../../core/objectives/module/module.ts'

/**
 * The problems of an objective that is code of the user, apart from its space; nothing of it is run.
 * @param space null: it is not valid, so that nothing is said of what names its parameters
 */
export function checkUserCode(
  objective: Readonly<Record<string, unknown>>,
  space: SpaceSpecification | null,
  hasInstances = false,
  circumstances: LogCircumstances = { parallelTrials: 1, remoteExecutor: null },
): readonly Problem[] {
  if (isModule(objective)) {
    const parsed = parseWithProblems(moduleObjectiveSchema, objective, ['objective'])
    if (!parsed.ok) return parsed.problems
    const rule = msg('rule.moduleFile')
    return /\.[cm]?[jt]s$/.test(parsed.value.module)
      ? []
      : [{ path: ['objective', 'module'], value: parsed.value.module, rule }]
  }
  const parsed = parseWithProblems(commandObjectiveSchema, objective, ['objective'])
  if (!parsed.ok) return parsed.problems
  const { metrics } = parsed.value
  const patterns =
    metrics.from !== 'pattern'
      ? []
      : typeof metrics.pattern === 'string'
        ? [metrics.pattern]
        : metrics.pattern
  return [
    ...patterns.flatMap(pattern => {
      const rule = patternProblem(pattern)
      const path = ['objective', 'metrics', 'pattern']
      return rule === null ? [] : [{ path, value: problemValue(pattern), rule }]
    }),
    ...servingProblems(parsed.value),
    ...logProblems(parsed.value, circumstances),
    ...(space === null
      ? []
      : [
          ...templateProblems(parsed.value, Object.keys(space), hasInstances),
          ...switchProblems(parsed.value, space),
        ]),
  ]
}

/** One process runs all trials of a slot, so that its command cannot name what differs between them. */
function servingProblems({ serves, command, environment }: CommandObjective): Problem[] {
  if (!serves) return []
  const texts = [
    ...(typeof command === 'string' ? [] : command).map((text, index) => ({
      path: ['objective', 'command', index],
      text,
    })),
    ...Object.entries(environment).map(([name, text]) => ({
      path: ['objective', 'environment', name],
      text,
    })),
  ]
  return texts.flatMap(({ path, text }) =>
    placeholdersIn(text)
      .filter(name => name !== 'study')
      .map(name => ({ path, value: text, rule: msg('rule.servesFilled', { name }) })),
  )
}
