import { dataRemarks } from '../../../core/data/dataset.ts'
import { requireAvailableExecutor } from '../../../running/executors/require-available-executor.ts'
import { cardinality } from '../../../search/space/enumeration.ts'
import { searchedSpace } from '../../../search/space/fix-parameters.ts'
import { prepareStudyData, readStudyFile, taskSpaceRemarks } from '../node/create-study.ts'
import { forecastStudy } from '../node/forecast-study.ts'
import { goalWarnings } from '../node/goal-warnings.ts'
import { boosterRemarks } from '../../../engines/booster-remarks.ts'
import { inMetricWords } from '../../../core/i18n/metric-label.ts'
import type { AddCommands } from '../../command-line/context.ts'
import { forecastLine } from './forecast-line.ts'
import { moduleSpaceReader } from '../../code-trust/cli/command.ts'

export const addCommands: AddCommands = (program, t) => {
  program
    .command('check')
    .description(t('cli.help.check'))
    .argument('<file>', t('cli.help.studyFile'))
    .run(async (context, file: string) => {
      const checked = await readStudyFile(file, moduleSpaceReader(context))
      const { datasetCacheDirectory, machineFile } = context.workspace
      await requireAvailableExecutor(checked.specification, machineFile)
      const { dataset, properties, space, folds } = await prepareStudyData(
        checked,
        datasetCacheDirectory,
      )
      const specification = { ...checked.specification, space, folds }
      const ofData =
        dataset === null
          ? []
          : dataRemarks({
              ...dataset.manifest.properties,
              findings: dataset.findings.map(finding => ({ ...finding })),
            })
      const ofPacks = await boosterRemarks(specification)
      const remarks = [...taskSpaceRemarks(checked, folds), ...ofPacks, ...ofData]
      const { name } = specification
      const count = cardinality(searchedSpace(specification))
      const isFinite = Number.isFinite(count)
      const points = isFinite ? t('cli.points', { count }) : t('cli.infinitePoints')
      const warnings = goalWarnings(specification)
      const disk = await forecastStudy(specification, properties, context.workspace.databasePath)
      const value = { ok: true, name, points: isFinite ? count : null, remarks, warnings, disk }
      context.printValues(
        [
          t('cli.studyChecked', { name, points }),
          ...warnings.map(warning =>
            inMetricWords(t, specification.objective)('cli.warning', { warning }),
          ),
          ...remarks.map(t.format),
          forecastLine(disk, t),
        ].join('\n'),
        value,
      )
    })
}
