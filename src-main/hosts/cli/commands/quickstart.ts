import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { locateWorkspace } from '../../../platform/storage/workspace.ts'
import { type AddCommands, withReader } from '../../../features/command-line/context.ts'
import { runStudyFile } from './run.ts'
import { existsSync } from 'node:fs'

const studyFile = new URL('../../../../resources/samples/quickstart.yaml', import.meta.url)

export const addCommands: AddCommands = (program, t) => {
  program
    .command('quickstart')
    .description(t('cli.help.quickstart'))
    .run(async base => {
      const database = base.database ?? path.join('quickstart', 'quickstart.sqlite')
      const context = { ...base, database, workspace: locateWorkspace(database) }
      const usedNames = existsSync(context.workspace.databasePath)
        ? await withReader(context, reader => reader.listStudies().map(study => study.name))
        : []
      await runStudyFile(context, fileURLToPath(studyFile), { name: freeName(usedNames) })
    })
}

/** `quickstart`, `quickstart-2` …: every run of the quickstart is a study of its own. */
function freeName(usedNames: readonly string[]): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? 'quickstart' : `quickstart-${count}`
    if (!usedNames.includes(name)) return name
  }
}
