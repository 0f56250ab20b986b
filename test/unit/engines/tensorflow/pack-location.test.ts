import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { installedTensorflow } from '../../../../src-main/engines/tensorflow/pack-location.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratchFolder = useScratchFolders()

it('takes the libraries of a pack, else those that tfjs-node-gpu has downloaded', () => {
  const engines = scratchFolder()
  const stock = path.join(scratchFolder(), 'deps', 'lib')
  expect(installedTensorflow(engines, stock)).toBeNull()
  mkdirSync(stock, { recursive: true })
  expect(installedTensorflow(engines, stock)).toBe(stock)
  const pack = path.join(engines, 'tensorflow', 'tensorflow')
  mkdirSync(pack, { recursive: true })
  expect(installedTensorflow(engines, stock)).toBe(pack)
})
