// Embeds texts with llama.cpp, as a peer of the benchmarks.
//
// node llama-cpp.mjs PACKAGES MODEL TOKENS THREADS: the folder that holds node_modules, a .gguf file, a file with the token ids of a text a line, and the
// number of threads. Prints "ready" once; then each line on its input is a round, answered with the seconds that the round took, or, where the line is
// "vector", with the vector of the first text.

import {readFile} from "node:fs/promises";
import {createInterface} from "node:readline";
import {join} from "node:path";
import {pathToFileURL} from "node:url";

const [packages, modelPath, tokensPath, threads] = process.argv.slice(2);
const {getLlama} = await import(pathToFileURL(join(packages, "node_modules", "node-llama-cpp", "dist", "index.js")));
const texts = (await readFile(tokensPath, "utf8")).trim().split("\n").map(line => line.split(" ").map(Number));
const longest = Math.max(...texts.map(text => text.length));

// "never": a binary that is not there is not built, which would take a compiler and minutes.
const llama = await getLlama({gpu: false, build: "never", logLevel: "error", maxThreads: Number(threads)});
const model = await llama.loadModel({modelPath, gpuLayers: 0});
const context = await model.createEmbeddingContext({contextSize: longest + 16, batchSize: longest + 16, threads: Number(threads)});

console.log("ready");
for await (const line of createInterface({input: process.stdin})) {
    if (line === "vector") {
        console.log((await context.getEmbeddingFor(texts[0])).vector.join(" "));
        continue;
    }

    const start = performance.now();
    for (const text of texts) await context.getEmbeddingFor(text);
    console.log((performance.now() - start) / 1000);
}

process.exit(0);
