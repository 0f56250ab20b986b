import { defineEngine } from '../engine-definition.ts'

/** LightGBM’s own library. */
export const lightgbm = defineEngine({
  name: 'lightgbm',
  title: 'LightGBM',
  trains: 'trees',
  isPack: true,
})
