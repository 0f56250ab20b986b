import type { Tensor } from '@tensorflow/tfjs-core'
import { runKernel } from './run-kernel.ts'

/**
 * Elementwise operations on float32 tensors that broadcast, without the conversions of arguments that
 * TensorFlow.js' public ones begin with: an optimizer calls dozens for each variable.
 */
export const add = binary('Add')
export const subtract = binary('Sub')
export const multiply = binary('Multiply')
export const divide = binary('RealDiv')

export const square = unary('Square')
export const squareRoot = unary('Sqrt')
export const sign = unary('Sign')

function binary(kernel: string): (a: Tensor, b: Tensor) => Tensor {
  return (a, b) => runKernel(kernel, { a, b })
}

function unary(kernel: string): (x: Tensor) => Tensor {
  return x => runKernel(kernel, { x })
}
