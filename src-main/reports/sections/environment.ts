import type { Translate } from '../../core/i18n/translate.ts'
import { formatNumberRanges } from '../../analysis/failures/failure-groups.ts'
import { rowsMessage } from '../../core/data/data-rows.ts'
import { engineDevice, type EngineInfo, passedOverMessages } from '../../core/machine/engine.ts'
import { importMessage } from '../../core/study/import-note.ts'
import type { StudyOrigin } from '../../core/study/imported-study.ts'
import { formatBytes } from '../../core/i18n/format-number.ts'
import { formatDuration, formatMoment } from '../../core/i18n/format-time.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import { datasetProperties } from '../../analysis/summary/dataset-properties.ts'
import type { Block } from '../blocks/blocks.ts'
import {
  code,
  descriptionList,
  heading,
  lines,
  nothing,
  paragraph,
  table,
} from '../blocks/make-blocks.ts'

/** On what was searched: machine, versions, engines, data. */
export const environmentSection: SectionDefinition<'environment'> = {
  id: 'environment',
  heading: 'report.environment.heading',
  showsWholeRecord: true,
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, snapshot, language, timeZone } = context
  const { environment, dataset, createdAtMs, elapsedMs } = snapshot.study
  const dataRows = rowsMessage(dataset, snapshot.study.specification.folds)
  if (environment.importedFrom !== undefined)
    return importedSection(context, environment.importedFrom)
  return [
    descriptionList([
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
      [t('report.environment.created'), formatMoment(createdAtMs, timeZone)],
      [t('report.environment.elapsed'), formatDuration(elapsedMs, language)],
    ]),
    heading(t('report.environment.engines')),
    engineTable(context),
    heading(t('report.environment.data')),
    dataset === null
      ? nothing(t('report.environment.noData'))
      : descriptionList([
          [t('study.dataRows'), dataRows === null ? null : t.format(dataRows)],
          ...datasetProperties(dataset, t),
        ]),
  ]
}

/** The machine of an imported study is not known; what is known is the file. */
function importedSection(
  { t, snapshot, language, timeZone }: ReportContext,
  origin: StudyOrigin,
): readonly Block[] {
  const { createdAtMs, elapsedMs } = snapshot.study
  const { program, version, file, sha256 } = origin
  const originKey =
    file === null ? 'report.environment.storedByProgram' : 'report.environment.imported'
  return [
    paragraph(t(originKey, { program })),
    descriptionList([
      [t('report.environment.program'), `${program} ${version ?? ''}`.trim()],
      [
        t('report.environment.file'),
        file === null ? null : [code(file), ' · SHA-256 ', code(sha256 ?? '')],
      ],
      [t('report.environment.originalName'), origin.study],
      [t('report.environment.created'), formatMoment(createdAtMs, timeZone)],
      [t('report.environment.elapsed'), formatDuration(elapsedMs, language)],
      [
        t('report.environment.notes'),
        lines(origin.notes.map(importNote => t.format(importMessage(importNote)))),
      ],
    ]),
  ]
}

/** Which better engines were passed over, and why; null where none was. */
function passedOver(engine: EngineInfo | null, t: Translate): string | null {
  if (engine === null) return null
  const messages = passedOverMessages(engine)
  if (messages.length > 0) return messages.map(t.format).join(t('list.sentences'))
  return engine.fallbackReason ?? null
}

function engineTable({ t, snapshot }: ReportContext): Block {
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
          : lines([t('report.environment.fallback', { reason })], { areNotes: true })
      return [
        engine === null ? t('report.environment.noEngine') : code(engine.name),
        engine === null ? '–' : [t.format(engineDevice(engine)), passed],
        engine === null
          ? '–'
          : lines(Object.entries(engine.versions).map(version => version.join(' '))),
        trials.length,
        formatNumberRanges([...new Set(trials)]),
      ]
    }),
  )
}
