import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildTaskDocs, objectives, tables, textOf } from '../../../scripts/task-docs.ts'
import { languages } from '../../../src-main/core/i18n/language.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { checkStudyText } from '../../../src-main/features/studies/node/study-check.ts'
import { migrations } from '../../../src-main/platform/storage/migrations/migrations.ts'
import { tasks } from '../../../src-main/training/tasks/registry.ts'

const repository = path.join(import.meta.dirname, '../../..')

it('docs/tasks.md is what the tables of the tasks say (npm run docs:tasks)', () => {
  expect(readFileSync(path.join(repository, 'docs/tasks.md'), 'utf8')).toBe(buildTaskDocs())
})

describe.each(languages)('in %s', language => {
  const t = createTranslate(language)

  it.each(Object.entries(tables))('every hyperparameter of %s has its text', (task, table) => {
    for (const name of Object.keys(table)) textOf(t, 'hyperparameter', task, name)
  })

  it('every metric has its text', () => {
    for (const { name, settingsSchema, metrics } of Object.values(tasks)) {
      const reported =
        objectives[name]?.flatMap(objective => metrics(settingsSchema.parse(objective))) ?? []
      expect(reported).not.toEqual([])
      for (const metric of reported) textOf(t, 'metric', name, metric.name)
    }
  })
})

it('the example of docs/study-file.md has no problem', () => {
  const text = readFileSync(path.join(repository, 'docs/study-file.md'), 'utf8')
  const [, example] = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(match => match[1] ?? '')
  expect(checkStudyText(example ?? '', 'yaml', { tasks })).toMatchObject({ ok: true })
})

const samples = path.join(repository, 'resources/samples')

it('the examples of docs/programs.md have no problem', () => {
  const text = readFileSync(path.join(repository, 'docs/programs.md'), 'utf8')
  const [example] = [...text.matchAll(/```yaml\n(name:.*?)```/gs)].map(match => match[1] ?? '')
  expect(checkStudyText(example ?? '', 'yaml', { tasks })).toMatchObject({ ok: true })
})

const studyFiles = [samples, path.join(samples, 'programs')].flatMap(folder =>
  readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .map(file => path.relative(samples, path.join(folder, file))),
)

it.each(studyFiles)('sample %s has no problem', file => {
  const text = readFileSync(path.join(samples, file), 'utf8')
  expect(checkStudyText(text, 'yaml', { tasks })).toMatchObject({ ok: true })
})

it('docs/database.md names the newest schema', () => {
  const text = readFileSync(path.join(repository, 'docs/database.md'), 'utf8')
  const [, version] = /`user_version` is the number of the schema \(now (\d+)\)/.exec(text) ?? []
  expect(Number(version)).toBe(migrations.at(-1)?.version)
})
