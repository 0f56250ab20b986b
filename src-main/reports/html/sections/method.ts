import type { JsonValue } from '../../../contract/json.ts'
import type { StopSpecification } from '../../../contract/study-specification.ts'
import { formatNumber } from '../../../i18n/format-number.ts'
import { formatDuration } from '../../../i18n/format-time.ts'
import { factList, section } from '../figure.ts'
import { markup, type Fragment, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { code, constraintText, detailText, namedOptions } from '../values.ts'

/** How was searched: everything that decides which trials ran. */
export function methodSection(context: ReportContext): Markup {
  const { t, snapshot, language } = context
  const { specification } = snapshot.study
  const { objective, goals, retry, timeout } = specification
  const {
    task,
    function: testFunction,
    command,
    module,
    ...settings
  } = objective as Record<string, JsonValue>
  const userCode = command ?? module
  const isExternal = 'external' in objective
  const retries = Object.entries(retry).filter(([, count]) => count > 0)
  return section(
    'method',
    t('report.method.heading'),
    factList([
      [
        t('report.method.objective'),
        isExternal
          ? t('report.method.external')
          : markup`${userCode === undefined ? (task === undefined ? t('report.method.function') : t('report.method.task')) : t('report.method.userCode')} <code>${detailText(
              userCode ?? task ?? testFunction ?? null,
            )}</code>${detailText(settings) === '' ? null : ` (${detailText(settings)})`}`,
      ],
      [
        t('report.method.goals'),
        goals.map(
          (goal, index) =>
            markup`<span class="line">${code(goal.metric)} · ${t(
              goal.direction === 'minimize' ? 'report.goal.minimize' : 'report.goal.maximize',
            )}${index === 0 && goals.length > 1 ? ` · ${t('report.method.firstGoal')}` : null}</span>`,
        ),
      ],
      specification.constraints.length === 0
        ? null
        : [
            t('report.method.constraints'),
            specification.constraints.map(
              constraint => markup`<span class="line">${code(constraintText(constraint))}</span>`,
            ),
          ],
      Object.keys(specification.fix).length === 0
        ? null
        : [t('report.method.fix'), code(detailText(specification.fix))],
      specification.learnFrom.length === 0
        ? null
        : [
            t('report.method.learnFrom'),
            specification.learnFrom
              .map(({ study, trials = 0, without }) =>
                t('report.method.learnFromTrials', { study, count: trials - without.length }),
              )
              .join(t('report.list.separator')),
          ],
      specification.folds === 1
        ? null
        : [
            t('report.method.folds'),
            t(`report.method.folds.${specification.replicates.value}`, {
              count: specification.folds,
            }),
          ],
      specification.replicates.count === 1
        ? null
        : [
            t('report.method.replicates'),
            specification.replicates.value === 'mean'
              ? t('report.method.replicates.mean', { count: specification.replicates.count })
              : t('report.method.replicates.median', { count: specification.replicates.count }),
          ],
      [t('report.method.sampler'), namedOptions(specification.sampler)],
      [t('report.method.pruner'), namedOptions(specification.pruner)],
      [t('report.method.stop'), stopRules(context, specification.stop, isExternal)],
      [t('report.method.slots'), specification.slots],
      [t('report.method.seed'), code(String(specification.seed))],
      isExternal ? null : [t('report.method.engine'), code(specification.engine)],
      isExternal
        ? null
        : [
            t('report.method.retry'),
            retries.length === 0
              ? t('report.method.noRetry')
              : retries
                  .map(([name, count]) =>
                    t('report.method.retryTimes', {
                      failure: t(`report.failure.${name as keyof typeof retry}`),
                      count,
                    }),
                  )
                  .join(t('report.list.separator')),
          ],
      timeout.trialMinutes === undefined
        ? null
        : [t('report.method.timeout'), formatDuration(timeout.trialMinutes * 60_000, language)],
    ]),
  )
}

function stopRules(
  { t, facts, language }: ReportContext,
  stop: StopSpecification,
  isExternal: boolean,
): Fragment {
  const { metric } = facts.goal
  return [
    stop.trials === undefined ? null : t('report.stop.trials', { count: stop.trials }),
    stop.minutes === undefined
      ? null
      : t('report.stop.minutes', { duration: formatDuration(stop.minutes * 60_000, language) }),
    stop.target === undefined
      ? null
      : t('report.stop.target', { metric, value: formatNumber(stop.target) }),
    stop.stagnation === undefined ? null : t('report.stop.stagnation', { count: stop.stagnation }),
    stop.epochs === undefined ? null : t('report.stop.epochs', { count: stop.epochs }),
    stop.regretBound === undefined
      ? null
      : t('report.stop.regretBound', { metric, value: formatNumber(stop.regretBound) }),
    stop.emmr === undefined
      ? null
      : t('report.stop.emmr', { value: formatNumber(100 * stop.emmr) }),
    isExternal ? t('report.stop.external') : t('report.stop.failures', { count: stop.failures }),
  ]
    .filter(rule => rule !== null)
    .map(rule => markup`<span class="line">${rule}</span>`)
}
