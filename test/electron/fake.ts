/**
 * A stand-in for a part of Electron's interface, checked against the real `electron.d.ts`: what is given has the
 * real types, and whatever is used beyond it fails by name.
 */
export function fake<Real extends object>(name: string, part: Partial<Real>): Real {
  return new Proxy(part as Real, {
    get(target, key, receiver) {
      if (!(key in target) && typeof key === 'string' && key !== 'then') {
        throw new Error(`${name}.${key} is not faked`)
      }
      return Reflect.get(target, key, receiver) as unknown
    },
  })
}
