import type { Translate } from '../../../core/i18n/translate.ts'
import { formatNumberRanges } from '../../../analysis/failures/failure-groups.ts'
import { engineDevice, type EngineInfo, passedOverMessages } from '../../../core/machine/engine.ts'
import { importMessage } from '../../../core/study/import-note.ts'
import type { StudyOrigin } from '../../../core/study/imported-study.ts'
import { formatBytes } from '../../../core/i18n/format-number.ts'
import { formatDuration, formatMoment } from '../../../core/i18n/format-time.ts'
import { descriptionList, table, lines } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import type { SectionDefinition } from '../section-definition.ts'
import { datasetProperties } from '../../../analysis/summary/dataset-properties.ts'
import { breakable, code, nothing } from '../values.ts'

/** On what was searched: machine, versions, engines, data. */
export const environmentSection: SectionDefinition<'environment'> = {
  id: 'environment',
  heading: 'report.environment.heading',
  showsWholeRecord: true,
  build,
}

function build(context: ReportContext): Markup {
  const { t, snapshot, language } = context
  const { environment, dataset, createdAtMs, elapsedMs } = snapshot.study
  if (environment.importedFrom !== undefined)
    return importedSection(context, environment.importedFrom)
  return markup`${descriptionList([
    [
      t('report.environment.cpu'),
      t('report.environment.cpuText', { cpu: environment.cpu, count: environment.cores }),
    ],
    [t('report.environment.memory'), formatBytes(environment.memoryBytes)],
    [t('report.environment.platform'), environment.platform],
    [
      t('report.environment.versions'),
      `Tunewright ${environment.tunewright}, Node ${environment.node}, SQLite ${environment.sqlite}`,
    ],
    [t('report.environment.created'), formatMoment(createdAtMs)],
    [t('report.environment.elapsed'), formatDuration(elapsedMs, language)],
  ])}
<h3>${t('report.environment.engines')}</h3>
${engineTable(context)}
<h3>${t('report.environment.data')}</h3>
${
  dataset === null
    ? nothing(t('report.environment.noData'))
    : descriptionList(
        datasetProperties(dataset, t).map(([name, value]) => [name, breakable(value)] as const),
      )
}`
}

/** The machine of an imported study is not known; what is known is the file. */
function importedSection({ t, snapshot, language }: ReportContext, origin: StudyOrigin): Markup {
  const { createdAtMs, elapsedMs } = snapshot.study
  const originKey =
    origin.file === null ? 'report.environment.storedByProgram' : 'report.environment.imported'
  return markup`<p>${t(originKey, { program: origin.program })}</p>
${descriptionList([
  [t('report.environment.program'), `${origin.program} ${origin.version ?? ''}`.trim()],
  ...(origin.file === null
    ? []
    : [
        [
          t('report.environment.file'),
          markup`${code(origin.file)} · SHA-256 <code>${origin.sha256}</code>`,
        ] as const,
      ]),
  [t('report.environment.originalName'), origin.study],
  [t('report.environment.created'), formatMoment(createdAtMs)],
  [t('report.environment.elapsed'), formatDuration(elapsedMs, language)],
  [
    t('report.environment.notes'),
    origin.notes.map(
      note => markup`<span class="line" lang="${language}">${t.format(importMessage(note))}</span>`,
    ),
  ],
])}`
}

/** Which better engines were passed over, and why; null where none was. */
function passedOver(engine: EngineInfo | null, t: Translate): string | null {
  if (engine === null) return null
  const messages = passedOverMessages(engine)
  if (messages.length > 0) return messages.map(t.format).join(t('list.sentences'))
  return engine.fallbackReason ?? null
}

function engineTable({ t, snapshot }: ReportContext): Markup {
  const uses = new Map<string, { engine: EngineInfo | null; trials: number[] }>()
  for (const { number, attempts } of snapshot.trials) {
    for (const { engine } of attempts) {
      const key = JSON.stringify(engine)
      const use = uses.get(key) ?? { engine, trials: [] }
      uses.set(key, use)
      use.trials.push(number)
    }
  }
  if (uses.size === 0) return nothing(t('report.empty.noTrials'))
  return table(
    t,
    t('report.environment.engines'),
    ['engine', 'device', 'versions', '#attempts', 'trials'],
    Array.from(uses.values(), ({ engine, trials }) => {
      const reason = passedOver(engine, t)
      const passed =
        reason === null
          ? null
          : markup`<span class="line note">${t('report.environment.fallback', { reason })}</span>`
      return [
        engine === null ? t('report.environment.noEngine') : code(engine.name),
        engine === null ? '–' : markup`${t.format(engineDevice(engine))}${passed}`,
        engine === null
          ? '–'
          : lines(Object.entries(engine.versions).map(version => version.join(' '))),
        trials.length,
        formatNumberRanges([...new Set(trials)]),
      ]
    }),
  )
}
