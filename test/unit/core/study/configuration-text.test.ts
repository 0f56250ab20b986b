import { execFileSync } from 'node:child_process'
import process from 'node:process'
import { parse } from 'yaml'
import { expect, it } from 'vitest'
import { configurationText } from '../../../../src-main/core/study/configuration-text.ts'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'

const parameters = {
  rate: 0.000001050510503384287,
  layers: 2,
  kind: "it's a: #b",
  yes: true,
  'odd name': 'no',
}
const table = { task: 'tabular', data: { file: 'a.csv', target: 'y' } } as never

it('comes back from YAML and JSON as it was', () => {
  expect(parse(configurationText('yaml', parameters, table))).toEqual(parameters)
  expect(JSON.parse(configurationText('json', parameters, table))).toEqual(parameters)
})

it('is a dict of Python', () => {
  const text = configurationText('python', { rate: 0.01, kind: 'a', nesterov: true }, table)
  expect(text).toBe('{"rate": 0.01, "kind": "a", "nesterov": True}')
})

it('is arguments that a shell reads as they are', () => {
  const text = configurationText('commandLine', { rate: 0.01, kind: "it's" }, table)
  const script = 'console.log(JSON.stringify(process.argv.slice(1)))'
  const printed = execFileSync('/bin/sh', ['-c', `"${process.execPath}" -e '${script}' -- ${text}`])
  expect(JSON.parse(String(printed))).toEqual(['--rate=0.01', "--kind=it's"])
})

it('is the whole command of a program, without arguments of one trial', () => {
  const command = ['python3', 'train.py', '--lr={rate}', '--seed={seed}', '{kind}']
  const objective = commandObjectiveSchema.parse({ command })
  const text = configurationText('commandLine', { rate: 0.01, kind: 'a b' }, objective)
  expect(text).toBe("python3 train.py --lr=0.01 'a b'")
})
