import type { CFunctions, Pointer } from './library/c-functions.ts'

/** Numbers of `TF_AttrType` that TensorFlow.js' kernels use. */
export const attributeTypes = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const

/** An attribute as TensorFlow.js' kernels write it. */
export interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: string | number | boolean | readonly number[] | null
}

export function typeAttribute(name: string, value: number): Attribute {
  return { name, type: attributeTypes.type, value }
}

export function intAttribute(name: string, value: number): Attribute {
  return { name, type: attributeTypes.int, value }
}

/** Where attributes go: an operation to run now, or a node of a graph. */
export interface AttributeTarget {
  readonly functions: CFunctions
  readonly operation: Pointer
  /** Names of the two families of functions differ in this prefix. */
  readonly prefix: 'TFE_Op' | 'TF_'
  readonly status: Pointer
}

/** @throws Error naming an attribute whose type or value no kernel of ours may have */
export function setAttribute(target: AttributeTarget, attribute: Attribute): void {
  const { functions, operation, prefix, status } = target
  const { name, type, value } = attribute
  if (typeof value === 'string' && type === attributeTypes.string) {
    const bytes = new TextEncoder().encode(value)
    functions[`${prefix}SetAttrString`](operation, name, bytes, bytes.length)
  } else if (typeof value === 'number' && type === attributeTypes.int) {
    functions[`${prefix}SetAttrInt`](operation, name, value)
  } else if (Array.isArray(value) && type === attributeTypes.int) {
    const list = BigInt64Array.from(value as number[], BigInt)
    functions[`${prefix}SetAttrIntList`](operation, name, list, list.length)
  } else if (typeof value === 'number' && type === attributeTypes.float) {
    functions[`${prefix}SetAttrFloat`](operation, name, value)
  } else if (typeof value === 'boolean' && type === attributeTypes.bool) {
    functions[`${prefix}SetAttrBool`](operation, name, value ? 1 : 0)
  } else if (typeof value === 'number' && type === attributeTypes.type) {
    functions[`${prefix}SetAttrType`](operation, name, value)
  } else if (Array.isArray(value) && type === attributeTypes.shape) {
    const lengths = BigInt64Array.from(value as number[], BigInt)
    if (prefix === 'TF_') functions.TF_SetAttrShape(operation, name, lengths, lengths.length)
    else functions.TFE_OpSetAttrShape(operation, name, lengths, lengths.length, status)
  } else {
    throw new Error(`attribute '${name}' of type ${type} cannot be ${JSON.stringify(value)}`)
  }
}
