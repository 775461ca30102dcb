import { Clock, TimeIsOver } from '../test/webllm/clock.ts';
import { toleranceOf } from '../test/webllm/compare.ts';
import { againstReference, greedy, prompt, sharedPrefix } from '../test/webllm/correctness.ts';
import { checkFolder, type CheckedFolder } from '../test/webllm/folder.ts';
import { browserMemory } from '../test/webllm/memory.ts';
import { HELP, parseProofOptions, type ProofOptions } from '../test/webllm/options.ts';
import { Proving } from '../test/webllm/proving.ts';
import { Reference } from '../test/webllm/reference.ts';
import { Session } from '../test/webllm/session.ts';
import { judgeCost, ourSpeed, publicSpeed } from '../test/webllm/speed.ts';
import { errorFromPage } from './automation.ts';
import { ensureChromium } from './install-chromium.ts';
import { messageOf } from './process.ts';

const EXIT = { agrees: 0, disagrees: 1, cannotRun: 2 } as const;

const NO_ADAPTER = `The browser gives no WebGPU adapter, so nothing was measured. What to do:
  - look at chrome://gpu in the same browser with a window; "WebGPU: Hardware accelerated" must stand there
  - on Linux a Vulkan driver is needed (vulkaninfo must list the GPU); in a container the driver's files must be inside
  - some drivers give WebGPU only to a browser with a window: --headed
  - --gpu software runs on the processor alone (correct, thousands of times slower; use --quick)`;

async function load(proving: Proving): Promise<void> {
  const { session, clock, options } = proving;
  const { value: facts, ms } = await clock.phase('load the model into the engine, with its self-checks', () =>
    session.proof.evaluate((page, [batch, context]) => page.load(batch, context), [
      options.batches.at(-1) ?? 1,
      options.contextTokens,
    ] as const),
  );
  proving.result(
    'engine',
    `${facts.engine} ${facts.engineVersion} on ${facts.deviceUsed}, batch ${facts.batch}, context ${facts.contextTokens}, loaded in ${(ms / 1000).toFixed(1)} s`,
  );
  for (const { name, outcome, difference, tolerance, note } of facts.checks ?? []) {
    const numbers =
      difference === undefined ? '' : ` (${difference.toExponential(2)} of ${tolerance ?? '?'})`;
    proving.result(`self-check ${name}`, `${outcome}${numbers}${note === undefined ? '' : `: ${note}`}`);
    if (outcome === 'failed') proving.fail(`self-check ${name} failed`);
  }
  if ((facts.checks ?? []).length === 0) proving.fail('the load made no self-check');
  if (facts.deviceUsed !== 'webgpu') proving.fail(`expected the engine on webgpu, got ${facts.deviceUsed}`);
  if (facts.speed !== undefined) {
    const decode = facts.speed.decode.map(
      ({ batch, tokensPerS }) => `${tokensPerS.toPrecision(3)} at ${batch}`,
    );
    proving.result(
      "engine's own probe",
      `prefill ${facts.speed.prefillTokensPerS.toPrecision(3)} tokens/s, decode ${decode.join(', ')}`,
    );
  }
}

/** Whether the engine puts a token before a raw prompt: its count of the prompt's tokens tells. */
async function findStart(proving: Proving): Promise<void> {
  const text = prompt(3);
  const { tokens, counted } = await proving.clock.phase('count the tokens of a prompt', () =>
    proving.session.proof.evaluate(async (page, text) => {
      const tokens = await page.tokenize(text);
      return { tokens: tokens.length, counted: (await page.sample(text, [1], 0, 1)).value.promptTokens };
    }, text),
  );
  if (counted === tokens + 1) proving.start = proving.folder.config.bos.slice(0, 1);
  else if (counted !== tokens) proving.fail(`a prompt of ${tokens} tokens was counted as ${counted}`);
}

async function memory(proving: Proving): Promise<void> {
  const processes = (await browserMemory(proving.session.profile)) ?? [];
  const largest = processes.slice(0, 3).map(({ kind, nowBytes, mostBytes }) => {
    return `${kind} ${(nowBytes / 1e6).toFixed(0)} MB (most ${(mostBytes / 1e6).toFixed(0)} MB)`;
  });
  proving.result('memory', largest.length === 0 ? 'not measured on this system' : largest.join(', '));
}

async function prove(proving: Proving, reference: Reference): Promise<void> {
  await load(proving);
  await findStart(proving);
  await againstReference(proving, reference);
  await sharedPrefix(proving, reference);
  await greedy(proving);
  await judgeCost(proving);
  const ours = await ourSpeed(proving);
  await memory(proving);
  await proving.session.proof.evaluate((page) => page.unload());
  await publicSpeed(proving, ours);
}

function conclude(proving: Proving): void {
  const { session, failures, results, fail } = proving;
  if (session.foreign.length > 0) fail(`asked for ${session.foreign.join(', ')}`);
  for (const error of session.errors) fail(`error in the page: ${error}`);
  console.log('\nResults');
  const width = Math.max(...results.map(([name]) => name.length));
  for (const [name, line] of results) console.log(`  ${name.padEnd(width)}  ${line}`);
  const asked = [...new Set(session.requests.map((url) => new URL(url).origin))].join(', ');
  console.log(`  ${'requests'.padEnd(width)}  ${session.requests.length}, all to ${asked}`);
  console.log(failures.length === 0 ? '\nEverything agrees.' : `\n${failures.length} DISAGREE:`);
  for (const line of failures) console.log(`  ${line}`);
}

async function inBrowser(
  options: ProofOptions,
  folder: CheckedFolder,
  reference: Reference,
): Promise<number> {
  const clock = new Clock(options.minutes, console.log);
  const program = options.chromium ?? (await ensureChromium());
  const session = await clock.phase('build the page and open the browser', () =>
    Session.open(options, program, folder.files, clock.say),
  );
  try {
    const adapter = await session.proof.evaluate((page) => page.adapter());
    if (adapter === undefined) {
      console.error(NO_ADAPTER);
      return EXIT.cannotRun;
    }
    const tolerance = toleranceOf(folder.library.metadata.quantization);
    const proving = new Proving({ session, clock, options, folder, tolerance });
    proving.result(
      'adapter',
      `${adapter.name}${adapter.software ? ' (a GPU of software: use --quick)' : ''}`,
    );
    proving.result('shader-f16', adapter.features.includes('shader-f16') ? 'yes' : 'no');
    try {
      await prove(proving, reference);
    } catch (thrown) {
      proving.fail(thrown instanceof TimeIsOver ? thrown.message : errorFromPage(thrown).message);
    }
    conclude(proving);
    return proving.failures.length === 0 ? EXIT.agrees : EXIT.disagrees;
  } finally {
    await session.close();
  }
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseProofOptions(args);
  if (options === undefined) {
    console.log(HELP);
    return EXIT.agrees;
  }
  const folder = await checkFolder(options.model, options.library);
  const { generation, metadata } = folder.library;
  console.log(
    `${metadata.modelType} ${metadata.quantization}, library of ${generation}, ${metadata.params.length} tensors, ${(folder.sizeBytes / 1e6).toFixed(0)} MB`,
  );
  return inBrowser(options, folder, await Reference.open(options.model));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  console.error(`test:webllm: ${messageOf(thrown).split('\n')[0] ?? ''}`);
  process.exitCode = EXIT.cannotRun;
}
