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
    t('method.heading'),
    factList([
      [
        t('method.objective'),
        isExternal
          ? t('method.external')
          : markup`${userCode === undefined ? (task === undefined ? t('method.function') : t('method.task')) : t('method.userCode')} <code>${detailText(
              userCode ?? task ?? testFunction ?? null,
            )}</code>${detailText(settings) === '' ? null : ` (${detailText(settings)})`}`,
      ],
      [
        t('method.goals'),
        goals.map(
          (goal, index) =>
            markup`<span class="line">${code(goal.metric)} · ${t(
              goal.direction === 'minimize' ? 'goal.minimize' : 'goal.maximize',
            )}${index === 0 && goals.length > 1 ? ` · ${t('method.firstGoal')}` : null}</span>`,
        ),
      ],
      specification.constraints.length === 0
        ? null
        : [
            t('method.constraints'),
            specification.constraints.map(
              constraint => markup`<span class="line">${code(constraintText(constraint))}</span>`,
            ),
          ],
      Object.keys(specification.fix).length === 0
        ? null
        : [t('method.fix'), code(detailText(specification.fix))],
      specification.learnFrom.length === 0
        ? null
        : [
            t('method.learnFrom'),
            specification.learnFrom
              .map(({ study, trials = 0, without }) =>
                t('method.learnFromTrials', { study, count: trials - without.length }),
              )
              .join(t('list.separator')),
          ],
      specification.folds === 1
        ? null
        : [
            t('method.folds'),
            t(`method.folds.${specification.replicates.value}`, { count: specification.folds }),
          ],
      specification.replicates.count === 1
        ? null
        : [
            t('method.replicates'),
            specification.replicates.value === 'mean'
              ? t('method.replicates.mean', { count: specification.replicates.count })
              : t('method.replicates.median', { count: specification.replicates.count }),
          ],
      [t('method.sampler'), namedOptions(specification.sampler)],
      [t('method.pruner'), namedOptions(specification.pruner)],
      [t('method.stop'), stopRules(context, specification.stop, isExternal)],
      [t('method.slots'), specification.slots],
      [t('method.seed'), code(String(specification.seed))],
      isExternal ? null : [t('method.engine'), code(specification.engine)],
      isExternal
        ? null
        : [
            t('method.retry'),
            retries.length === 0
              ? t('method.noRetry')
              : retries
                  .map(([name, count]) =>
                    t('method.retryTimes', {
                      failure: t(`failure.${name as keyof typeof retry}`),
                      count,
                    }),
                  )
                  .join(t('list.separator')),
          ],
      timeout.trialMinutes === undefined
        ? null
        : [t('method.timeout'), formatDuration(timeout.trialMinutes * 60_000, language)],
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
    stop.trials === undefined ? null : t('stop.trials', { count: stop.trials }),
    stop.minutes === undefined
      ? null
      : t('stop.minutes', { duration: formatDuration(stop.minutes * 60_000, language) }),
    stop.target === undefined
      ? null
      : t('stop.target', { metric, value: formatNumber(stop.target) }),
    stop.stagnation === undefined ? null : t('stop.stagnation', { count: stop.stagnation }),
    stop.epochs === undefined ? null : t('stop.epochs', { count: stop.epochs }),
    stop.regretBound === undefined
      ? null
      : t('stop.regretBound', { metric, value: formatNumber(stop.regretBound) }),
    stop.emmr === undefined ? null : t('stop.emmr', { value: formatNumber(100 * stop.emmr) }),
    isExternal ? t('stop.external') : t('stop.failures', { count: stop.failures }),
  ]
    .filter(rule => rule !== null)
    .map(rule => markup`<span class="line">${rule}</span>`)
}
