/** Says that it listens, though it does not: what a runtime takes to start. */

console.log("listening on nothing:0");
setInterval(() => {}, 1_000_000);
