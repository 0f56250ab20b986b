import { msg } from '../core/errors/message.ts'
import { AppError } from '../core/errors/errors.ts'
import type { TensorData, TensorSpecification } from '../training/compiled/compiled-function.ts'

/** Number of values of a shape; 1 for a scalar. */
export function shapeSize(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

/**
 * Checks plain data against a declared tensor.
 * @throws AppError `compiledFunction.invalid` naming field, value and rule
 */
export function checkData(
  name: string,
  field: string,
  data: TensorData,
  specification: TensorSpecification,
): void {
  const { dtype, shape } = specification
  const typeFits = dtype === 'float32' ? data instanceof Float32Array : data instanceof Int32Array
  if (!typeFits) {
    const value = Object.prototype.toString.call(data).slice(8, -1)
    throw new AppError('compiledFunction.invalid', {
      function: name,
      field,
      value,
      rule: msg('rule.equal', { value: dtype }),
    })
  }
  const length = shapeSize(shape)
  if (data.length !== length) {
    const rule = msg('rule.items.exactly', { count: length })
    throw new AppError('compiledFunction.invalid', {
      function: name,
      field,
      value: data.length,
      rule,
    })
  }
}
