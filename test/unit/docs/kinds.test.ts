import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { engineNames } from '../../../src-main/core/machine/engines/registry.ts'
import { engines } from '../../../src-main/engines/registry.ts'
import { exporters } from '../../../src-main/features/exports/node/exporters/registry.ts'
import { importers } from '../../../src-main/features/imports/node/importers/registry.ts'
import { computing } from '../../../src-main/core/machine/engines/registry.ts'
import { exportFormats } from '../../../src-main/core/exporters/registry.ts'
import { objectiveKinds } from '../../../src-main/core/objectives/registry.ts'
import { stopDefinitions } from '../../../src-main/core/stopping/registry.ts'
import { taskNames } from '../../../src-main/core/tasks/registry.ts'
import { pruners } from '../../../src-main/search/pruners/registry.ts'
import { samplers } from '../../../src-main/search/samplers/registry.ts'
import { stopRules } from '../../../src-main/search/stopping/registry.ts'
import { tasks } from '../../../src-main/training/tasks/registry.ts'
import { stopSchema } from '../../../src-main/core/study/keys/stop.ts'
import { folderOfName } from '../../helpers/kind-folders.ts'

const repository = path.join(import.meta.dirname, '../../..')

function pageOf(page: string): string {
  return readFileSync(path.join(repository, 'docs', `${page}.md`), 'utf8')
}

/** Folders that hold something, but for what their neighbors share. */
function foldersIn(folder: string): string[] {
  const whole = path.join(repository, folder)
  return readdirSync(whole, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== 'shared')
    .map(({ name }) => name)
    .filter(name => readdirSync(path.join(whole, name)).length > 0)
    .sort()
}

describe.each([
  ['src-main/search/samplers', Object.keys(samplers)],
  ['src-main/search/pruners', Object.keys(pruners)],
  ['src-main/search/stopping', stopRules.map(({ name }) => name)],
  ['src-main/core/machine/engines', Object.keys(computing)],
  ['src-main/core/exporters', [...exportFormats]],
  ['src-main/core/objectives', Object.keys(objectiveKinds)],
  ['src-main/core/stopping', stopDefinitions.map(({ name }) => name)],
  ['src-main/core/tasks', [...taskNames]],
  ['src-main/features/exports/node/exporters', Object.keys(exporters)],
  ['src-main/features/imports/node/importers', importers.map(({ name }) => name)],
])('%s', (kind, names) => {
  it('has a folder of its name for each that is registered, and no other', () => {
    expect(foldersIn(kind)).toEqual(names.map(folderOfName).sort())
  })

  it.each(names)('has the definition of %s in the file of its name', name => {
    const folder = folderOfName(name)
    const source = readFileSync(path.join(repository, kind, folder, `${folder}.ts`), 'utf8')
    // Or it takes its name from its pure half.
    expect(source).toMatch(new RegExp(`'${name}'|/${folder}/${folder}\\.ts'`))
  })

  it('has its tests in folders of the same names', () => {
    const tests = path.join('test/unit', path.relative('src-main', kind))
    if (!existsSync(path.join(repository, tests))) return
    expect(names.map(folderOfName)).toEqual(expect.arrayContaining(foldersIn(tests)))
  })
})

describe.each(Object.values(samplers))('the sampler $name', definition => {
  it('has a page that says its name', () => {
    const page = definition.docs ?? `samplers/${folderOfName(definition.name)}`
    expect(pageOf(page)).toMatch(new RegExp(`\\b${definition.name}\\b`))
  })
})

it('every page of docs/samplers belongs to a sampler', () => {
  const ofSamplers = Object.values(samplers).map(
    ({ name, docs }) => docs ?? `samplers/${folderOfName(name)}`,
  )
  const pages = readdirSync(path.join(repository, 'docs/samplers')).filter(file =>
    file.endsWith('.md'),
  )
  for (const page of pages) expect(ofSamplers).toContain(`samplers/${page.replace(/\.md$/, '')}`)
})

it.each(Object.keys(pruners))('docs/pruners.md says what the pruner %s does', name => {
  expect(pageOf('pruners')).toContain(`\`${name}\``)
})

it('every key of `stop` but one is a stop rule', () => {
  const keys = Object.keys(stopSchema.shape).filter(key => key !== 'runningTrials')
  expect(stopRules.map(({ name }) => name).sort()).toEqual(keys.sort())
})

it.each(Object.keys(tasks))('the task %s lies in a folder of its name', name => {
  expect(taskNames).toContain(name)
  const folder = folderOfName(name)
  const file = path.join(repository, 'src-main/training/tasks', folder, `${folder}-task.ts`)
  expect(existsSync(file)).toBe(true)
})

it.each(engineNames)('the engine %s lies in a folder of its name', name => {
  expect(engines[name].name).toBe(name)
  const folder = path.join(repository, 'src-main/engines', name)
  expect(existsSync(path.join(folder, `${name}.ts`))).toBe(true)
})

it.each(Object.entries(exporters))(
  'the exporter %s is registered by its name',
  (name, exporter) => {
    expect(exporter.name).toBe(name)
    expect((exporter.text === undefined) !== (exporter.write === undefined)).toBe(true)
  },
)

it.each(Object.entries(objectiveKinds))(
  'the objective %s is registered by its name',
  (name, kind) => {
    expect(kind.name).toBe(name)
  },
)
