package headway.core;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A mistake in the session's code: a text of one source file that stands there once, and what is put in its place. It is
 * compiled and loaded, with the whole package, beside the good one.
 */
final class Mutant {

    private static final String PACKAGE = "headway.core.";

    private final String file;
    private final Map<String, byte[]> classes = new HashMap<>();

    /**
     * Makes it.
     *
     * @throws IllegalArgumentException if the text is not there once, or what comes out cannot be compiled
     */
    Mutant(String file, String old, String instead) {
        this.file = file;
        String source = read(Path.of("src/main/java/headway/core", file + ".java"));
        int at = source.indexOf(old);
        if (at < 0 || source.indexOf(old, at + 1) >= 0) {
            throw new IllegalArgumentException(file + " has changed: this is not there once: " + old);
        }
        compile(source.substring(0, at) + instead + source.substring(at + old.length()));
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compile(String text) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("mutant:///" + file + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return text;
                    }
                };
        try (JavaFileManager files = new InMemory(compiler.getStandardFileManager(null, null, null))) {
            List<String> options =
                    List.of("-classpath", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
            if (!compiler.getTask(null, files, null, options, null, List.of(source))
                    .call()) {
                throw new IllegalArgumentException("the mutant of " + file + " cannot be compiled");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps what is compiled in memory. */
    private final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {

        InMemory(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, javax.tools.FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mutant:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            classes.put(name, toByteArray());
                        }
                    };
                }
            };
        }
    }

    /** That class of the package, as it is with the mistake. */
    Class<?> load(Class<?> good) {
        try {
            return new Loader().loadClass(good.getName());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has a package of its own: what is package-private is so for each loader. */
    private final class Loader extends ClassLoader {

        Loader() {
            super(Mutant.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known == null) {
                    known = name.startsWith(PACKAGE) ? define(name) : super.loadClass(name, resolve);
                }
                return known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
                try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    if (in == null) {
                        throw new ClassNotFoundException(name);
                    }
                    bytes = in.readAllBytes();
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
