package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** mosquitto with clients of Eclipse Paho: MQTT 3.1.1, quality of service 0, TCP on the loopback interface. */
record MosquittoSide() implements Side {

    private static final String SIGNALS = "signals";
    private static final String CALLS = "calls";
    private static final String REPLIES = "replies";
    private static final int MOST_INFLIGHT = 60_000;
    private static final long REPLY_SECONDS = 10;

    @Override
    public String name() {
        return "mosquitto";
    }

    @Override
    public String description() {
        return "mosquitto with Paho, QoS 0";
    }

    @Override
    public boolean needsCredit(int payload) {
        return true;
    }

    /** Where Debian puts it is not always on the path of users. */
    private static Path program() {
        Path found = CProgram.onPath("mosquitto");
        return found != null ? found : Path.of("/usr/sbin/mosquitto");
    }

    @Override
    public String obstacle(Plan plan) {
        return Files.isExecutable(program()) ? null : "mosquitto is not installed: apt-get install mosquitto";
    }

    @Override
    public void prepare(Plan plan, Children children) throws IOException, InterruptedException {
        Path meeting = children.directory();
        int port = freePort();
        Path settings = meeting.resolve("mosquitto.conf");
        Files.writeString(
                settings,
                "listener " + port + " 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\n"
                        + "log_type none\n");
        Files.writeString(portFile(meeting), Integer.toString(port));
        children.attend(
                plan,
                "mosquitto",
                List.of(program().toString(), "-c", settings.toString()),
                Map.of(),
                () -> isReady(port));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static boolean isReady(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path portFile(Path meeting) {
        return meeting.resolve("port");
    }

    private static MqttAsyncClient join(Path meeting) throws IOException {
        try {
            MqttAsyncClient client = new MqttAsyncClient(
                    "tcp://127.0.0.1:" + Files.readString(portFile(meeting)),
                    MqttClient.generateClientId(),
                    new MemoryPersistence());
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMaxInflight(MOST_INFLIGHT);
            client.connect(options).waitForCompletion();
            return client;
        } catch (MqttException e) {
            throw new IOException("Paho cannot join", e);
        }
    }

    private static void subscribe(MqttAsyncClient client, String topic, IMqttMessageListener listener)
            throws IOException {
        try {
            client.subscribe(topic, 0, null, null, listener).waitForCompletion();
        } catch (MqttException e) {
            throw new IOException("Paho cannot subscribe", e);
        }
    }

    private static void close(MqttAsyncClient client) throws IOException {
        try {
            client.disconnectForcibly(0, 1000);
            client.close(true);
        } catch (MqttException e) {
            throw new IOException("Paho cannot leave", e);
        }
    }

    @Override
    public Receiver receive(Path meeting, int index, int payload, Tally tally) throws IOException {
        MqttAsyncClient client = join(meeting);
        subscribe(client, SIGNALS, (topic, message) -> tally.take(Numbered.read(message.getPayload())));
        return () -> close(client);
    }

    @Override
    public Sender send(Path meeting, int receivers, int payload) throws IOException {
        MqttAsyncClient client = join(meeting);
        return Sender.of(
                number -> {
                    byte[] bytes = new byte[payload];
                    Numbered.write(bytes, number);
                    try {
                        client.publish(SIGNALS, bytes, 0, false);
                    } catch (MqttException e) {
                        throw new IOException("Paho cannot publish", e);
                    }
                },
                () -> close(client));
    }

    @Override
    public Closeable serve(Path meeting, int payload) throws IOException {
        MqttAsyncClient client = join(meeting);
        subscribe(client, CALLS, (topic, message) -> client.publish(REPLIES, message.getPayload(), 0, false));
        return () -> close(client);
    }

    @Override
    public Caller call(Path meeting, int payload) throws IOException {
        MqttAsyncClient client = join(meeting);
        Semaphore answered = new Semaphore(0);
        subscribe(client, REPLIES, (topic, message) -> answered.release());
        byte[] bytes = new byte[payload];
        return Caller.of(
                () -> {
                    try {
                        client.publish(CALLS, bytes, 0, false);
                    } catch (MqttException e) {
                        throw new IOException("Paho cannot publish", e);
                    }
                    if (!answered.tryAcquire(REPLY_SECONDS, TimeUnit.SECONDS)) {
                        throw new IOException("No reply for " + REPLY_SECONDS + " s");
                    }
                },
                () -> close(client));
    }
}
