import assert from "node:assert/strict";
import process from "node:process";
import { test } from "../harness.ts";
import { assertHoldingsBack, holdings, warmUpPool } from "./holdings.ts";
import { Moment } from "./moments_driver.ts";
import { isMachineCode, startFunctions } from "./threads.ts";

/** As many as there is time for. */
const USUAL_MOMENTS = 40;
const MOMENTS = Number(process.env["ROTOR_THREAD_MOMENTS"] ?? USUAL_MOMENTS);
/** One seed to be repeated. */
const SEED = process.env["ROTOR_THREAD_SEED"];
/** Seeds before the first that counts: the runtime makes its own threads and files meanwhile. */
const WARM_UP = 8;
/** Far more than one takes, also on a machine that is busy. */
const MOMENT_MS_MAX = 60_000;

const seeds = SEED === undefined ? Array.from({ length: MOMENTS }, (_, i) => i + 1) : [+SEED];
/** A crash leaves nobody to say which seed it was. */
const isLong = SEED !== undefined || MOMENTS > USUAL_MOMENTS;

test("a thread that is stopped at any moment ends, and leaves nothing behind", async () => {
  const rejections: unknown[] = [];
  const onRejection = (error: unknown): void => void rejections.push(error);
  process.on("unhandledRejection", onRejection);
  const { threads } = holdings(); // of tests before
  await warmUpPool();
  for (let seed = -WARM_UP; seed < 0; seed++) {
    if (isLong) console.log(`seed ${seed}`);
    const { outcome } = await new Moment(seed).run();
    if (isLong) console.log(`  ${outcome} ${JSON.stringify(holdings())}`);
  }
  await assertHoldingsBack({ threads, fds: Infinity }, "closed");
  for (const seed of seeds) {
    if (isLong) console.log(`seed ${seed}`);
    const before = holdings();
    try {
      const { outcome, stopMs } = await new Moment(seed).run();
      if (isLong) console.log(`  ${outcome} after ${stopMs.toFixed(0)} ms`);
      await assertHoldingsBack(before, outcome);
      if (!isMachineCode && outcome !== "closed") await leaveToTheDead();
      assert.deepEqual(rejections, []);
    } catch (error) {
      throw new Error(`ROTOR_THREAD_SEED=${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
  process.off("unhandledRejection", onRejection);
}, (WARM_UP + seeds.length) * MOMENT_MS_MAX);

/**
 * Over the runtime's callbacks, Deno keeps two descriptors of a thread that did not close its loop.
 * It is one thread late with all that it closes: so this is seen when the next one has ended.
 */
async function leaveToTheDead(): Promise<void> {
  await (await startFunctions()).stop();
}
