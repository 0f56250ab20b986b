import type { JsonValue } from '../../core/values/json.ts'
import type { StopSpecification } from '../../core/study/study-specification.ts'
import { formatNumber } from '../../core/i18n/format-number.ts'
import { formatDuration } from '../../core/i18n/format-time.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import { isExternal } from '../../core/objectives/external/external.ts'
import { stopDefinitions } from '../../core/stopping/registry.ts'
import { limitOf } from '../../core/stopping/stop-definition.ts'
import type { Block, Inline } from '../blocks/blocks.ts'
import { code, descriptionList, lines } from '../blocks/make-blocks.ts'
import { constraintText, detailText, namedOptions } from '../blocks/values.ts'

/** How was searched: everything that decides which trials ran. */
export const methodSection: SectionDefinition<'method'> = {
  id: 'method',
  heading: 'report.method.heading',
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, snapshot, language } = context
  const { specification } = snapshot.study
  const { objective, goals, timeout, folds, instances = [], replicates, race } = specification
  const fix = Object.keys(specification.fix)
  const {
    task,
    function: testFunction,
    command,
    module,
    ...settings
  } = objective as Record<string, JsonValue>
  const userCode = command ?? module
  const objectiveName = detailText(userCode ?? task ?? testFunction ?? null)
  const objectiveSettings = detailText(settings)
  const runsElsewhere = isExternal(objective)
  const items: readonly (readonly [string, Inline])[] = [
    [
      t('report.method.objective'),
      runsElsewhere
        ? t('report.method.external')
        : [
            userCode === undefined
              ? t(task === undefined ? 'report.method.function' : 'report.method.task')
              : t('report.method.userCode'),
            ' ',
            code(objectiveName),
            objectiveSettings === '' ? null : ` (${objectiveSettings})`,
          ],
    ],
    [
      t('report.method.goals'),
      lines(
        goals.map(({ metric, direction }, index) => [
          code(metric),
          ` · ${t(`report.goal.${direction}`)}`,
          index === 0 && goals.length > 1 ? ` · ${t('report.method.firstGoal')}` : null,
        ]),
      ),
    ],
    [
      t('report.method.constraints'),
      lines(specification.constraints.map(constraint => code(constraintText(constraint)))),
    ],
    [t('report.method.fix'), fix.length === 0 ? null : code(detailText(specification.fix))],
    [
      t('report.method.warmStart'),
      specification.warmStart.map(({ study, trials = 0, without, data = 'same' }, index) => [
        index === 0 ? null : t('list.separator'),
        t('report.method.warmStartTrials', { study, count: trials - without.length, data }),
      ]),
    ],
    [
      t('report.method.folds'),
      folds === 1 ? null : t(`report.method.folds.${replicates.value}`, { count: folds }),
    ],
    [t('report.method.instances'), lines(instances.map(instance => code(instance)))],
    [
      t('report.method.replicates'),
      replicates.count === 1
        ? null
        : t(`report.method.replicates.${replicates.value}`, { count: replicates.count }),
    ],
    [t('report.method.race'), race === undefined ? null : t('report.method.raceChance', race)],
    [t('report.method.sampler'), namedOptions(specification.sampler)],
    [t('report.method.pruner'), namedOptions(specification.pruner)],
    [t('report.method.stop'), stopRules(context, specification.stop, runsElsewhere)],
    [t('report.method.parallelTrials'), specification.parallelTrials],
    [t('report.method.seed'), code(String(specification.seed))],
    [t('report.method.engine'), runsElsewhere ? null : code(specification.engine)],
    [t('report.method.retry'), runsElsewhere ? null : retryText(context)],
    [
      t('report.method.timeout'),
      timeout.trialMinutes === undefined
        ? null
        : formatDuration(timeout.trialMinutes * 60_000, language),
    ],
  ]
  return [descriptionList(items)]
}

function retryText({ t, snapshot }: ReportContext): string {
  const { retry } = snapshot.study.specification
  const failures = Object.keys(retry) as (keyof typeof retry)[]
  const texts = failures
    .filter(name => retry[name] > 0)
    .map(name =>
      t('report.method.retryTimes', {
        failure: t(`report.failure.${name}`),
        count: retry[name],
      }),
    )
  return texts.length === 0 ? t('report.method.noRetry') : texts.join(t('list.separator'))
}

function stopRules(
  { t, overview, language }: ReportContext,
  stop: StopSpecification,
  runsElsewhere: boolean,
): Inline {
  const { metric } = overview.goal
  const duration = (ms: number) => formatDuration(ms, language)
  const rules = stopDefinitions
    .filter(({ countsOwnTrials }) => !(runsElsewhere && countsOwnTrials === true))
    .map(({ name, report }) => {
      const limit = limitOf(stop, name)
      return limit === null
        ? null
        : t.format(report(limit, { metric, number: formatNumber, duration }))
    })
  if (runsElsewhere) rules.push(t('report.stop.external'))
  return lines(rules.filter(rule => rule !== null))
}
