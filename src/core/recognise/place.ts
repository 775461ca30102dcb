import * as v from 'valibot';
import { readJson } from '../mlc/json.ts';
import { readText, type Pile } from './pile.ts';
import { placeOfFolder, type Place } from './series.ts';

const STATE = 'trainer_state.json';
/** It lists every logged step; long trainings write megabytes. */
const MAX_STATE_BYTES = 64 * 1024 * 1024;
const schema = v.object({ global_step: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });

/** Where a folder stands in a series: the trainer's own record of the step counts more than the folder's name. */
export async function placeOf(folder: string, pile: Pile): Promise<Place | undefined> {
  const named = placeOfFolder(folder);
  const state = pile.in(folder, STATE);
  if (named === undefined || state === undefined) return named;
  try {
    const { global_step: step } = readJson(await readText(state, MAX_STATE_BYTES), schema, STATE);
    return { ...named, step };
  } catch {
    return named; // a damaged record of the training says nothing; the name still does
  }
}
