import path from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const repositoryFolder = path.resolve(import.meta.dirname, '../../..')

/** Type errors of one text as if it lay at this path, under one of the repository's configurations. */
function typeErrors(configuration: string, filePath: string, text: string): string[] {
  const configFile = path.join(repositoryFolder, configuration)
  const config = ts.getParsedCommandLineOfConfigFile(
    configFile,
    { incremental: false },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: diagnostic => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
      },
    },
  )
  if (!config) throw new Error(`${configuration} cannot be read`)
  const file = path.join(repositoryFolder, filePath)
  const host = ts.createCompilerHost(config.options)
  const { readFile, fileExists } = host
  host.readFile = name => (name === file ? text : readFile(name))
  host.fileExists = name => name === file || fileExists(name)
  delete config.options.tsBuildInfoFile
  const program = ts.createProgram([file], config.options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(diagnostic => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
}

const usesHost = `export const a = process.pid\nexport const b = document.title\nexport const c = setTimeout\n`

it('gives pure folders the language only, even beside TensorFlow.js', () => {
  const text = `import * as tf from '@tensorflow/tfjs-core'\nexport const d = tf.scalar(1)\n${usesHost}`
  const errors = typeErrors('tsconfig.pure.json', 'src-main/training/example.ts', text)
  expect(errors).toHaveLength(3)
  for (const name of ['process', 'document', 'setTimeout']) {
    expect(errors.join('\n')).toContain(`Cannot find name '${name}'`)
  }
})

it('gives the rest of src-main Node, but no page', () => {
  const errors = typeErrors('tsconfig.node.json', 'src-main/running/example.ts', usesHost)
  expect(errors).toHaveLength(1)
  expect(errors[0]).toContain(`Cannot find name 'document'`)
})
