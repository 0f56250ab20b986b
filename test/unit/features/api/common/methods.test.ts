import { globSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { methods, programMethods } from '../../../../../src-main/features/api/common/methods.ts'

const features = path.resolve(import.meta.dirname, '../../../../../src-main/features')

it('lists the methods of every feature, and no two features define the same', async () => {
  const files = globSync('*/common/{methods,file-methods}.ts', { cwd: features })
  const contributions = files.filter(file => file.replaceAll('\\', '/') !== 'api/common/methods.ts')
  const names: string[] = []
  for (const file of contributions) {
    const exported = (await import(pathToFileURL(path.join(features, file)).href)) as Readonly<
      Record<string, object>
    >
    for (const [name, value] of Object.entries(exported))
      if (name.endsWith('Methods')) names.push(...Object.keys(value))
  }
  expect(contributions.length).toBeGreaterThan(25)
  expect(names.sort()).toEqual(Object.keys(methods).sort())
})

it('opens nothing to programs that is for people alone', () => {
  const forPeople = Object.keys(methods).filter(name => !programMethods.includes(name as never))
  expect(forPeople.sort()).toMatchInlineSnapshot(`
    [
      "access.create",
      "access.list",
      "access.revoke",
      "app.backUp",
      "backup.configure",
      "backup.restore",
      "code.describe",
      "code.trust",
      "command.describe",
      "command.install",
      "command.remove",
      "dataset.clear",
      "dataset.remove",
      "dataset.samples",
      "engine.install",
      "engine.remove",
      "file.choose",
      "file.read",
      "notifications.add",
      "notifications.list",
      "notifications.remove",
      "notifications.test",
      "optuna.close",
      "optuna.open",
      "remote.add",
      "remote.check",
      "remote.inspectJobQueue",
      "remote.jobQueues",
      "remote.list",
      "remote.remove",
      "runConditions.machineEvent",
      "runConditions.set",
      "script.copyKit",
      "script.copyLauncher",
      "script.describe",
      "script.helpCode",
      "script.runHelp",
      "study.cancelDryRun",
      "study.delete",
      "study.dryRunOutput",
      "study.restore",
    ]
  `)
})
